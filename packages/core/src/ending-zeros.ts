/** `1.500000` is `1.5`, and `2.000000` is `2`: a decimal with a point, without the zeros that say nothing. */
export function withoutEndingZeros(decimal: string): string {
  let end = decimal.length;
  while (decimal[end - 1] === "0") end--;
  if (decimal[end - 1] === ".") end--;
  return decimal.slice(0, end);
}
