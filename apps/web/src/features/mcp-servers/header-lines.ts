/** Headers as people paste them: one a line, `Name: value`. A line without a colon is named, so that nothing is lost in silence. */
export function headersOfText(text: string): { headers: Record<string, string>; problem: string | null } {
  const headers: Record<string, string> = {};
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon < 1 || name === "") return { headers, problem: `“${line.trim()}” is no header: write Name: value` };
    if (name in headers) return { headers, problem: `“${name}” stands there twice` };
    headers[name] = line.slice(colon + 1).trim();
  }
  return { headers, problem: null };
}

export function textOfHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}
