export function list(lines: readonly string[], isNumbered: boolean): string {
  return lines.map((line, index) => `${isNumbered ? `${index + 1}.` : "-"} ${line}`).join("\n");
}

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(columns.map((name) => name.charAt(0).toUpperCase() + name.slice(1))),
    line(columns.map(() => "---")),
    ...rows.map(line),
  ].join("\n");
}

/** `offer-northlight.md` → `Offer Northlight`: how a text is called in a heading of an answer. */
export function sourceTitle(label: string): string {
  if (/^https?:/i.test(label)) return label;
  const name = label
    .replace(/\.[A-Za-z][A-Za-z0-9]{0,4}$/, "")
    .replace(/[\s_-]+/g, " ")
    .trim();
  const title = (name === "" ? label : name).replace(/(?<![\p{L}\p{N}'’])\p{Ll}/gu, (letter) => letter.toUpperCase());
  return title.replace(/(?<=\S )(?:And|Or|Of|The|A|An|For|To|In|On|At|By|With)(?= )/g, (word) => word.toLowerCase());
}
