/** Sum of two decimal strings, exactly; unknown plus anything is unknown. */
export function addUsd(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null;
  const scale = Math.max(decimals(a), decimals(b));
  const sum = (scaled(a, scale) + scaled(b, scale)).toString().padStart(scale + 1, "0");
  return scale === 0 ? sum : `${sum.slice(0, -scale)}.${sum.slice(-scale)}`;
}

function decimals(text: string): number {
  const dot = text.indexOf(".");
  return dot < 0 ? 0 : text.length - dot - 1;
}

function scaled(text: string, scale: number): bigint {
  return BigInt(text.replace(".", "") + "0".repeat(scale - decimals(text)));
}
