/** A spreadsheet reads `=…` as a formula, and names are what people type: a quote in front makes it text. */
export function csvField(value: string | number | null): string {
  const text = String(value ?? "");
  const inert = /^[=+\-@\t\r\n|%]/.test(text) ? `'${text}` : text;
  return `"${inert.replaceAll('"', '""')}"`;
}
