/** `1,234.5` → `1234.5`, `0,5` → `0.5`. */
export function plainNumber(text = "0"): string {
  return /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text.replace(",", ".");
}
