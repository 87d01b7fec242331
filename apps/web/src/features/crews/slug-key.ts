/** `Market analyst (EU)` → `market_analyst_eu`: a handle in the form that `Key` of the contract takes; may be empty. */
export function slugKey(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 40)
    .replace(/_+$/, "");
}

/** The wish, or the wish with the first number that makes it differ from the taken ones. */
export function freeKey(wish: string, taken: readonly string[]): string {
  if (!taken.includes(wish)) return wish;
  for (let n = 2; ; n++) {
    if (!taken.includes(`${wish}_${n}`)) return `${wish}_${n}`;
  }
}
