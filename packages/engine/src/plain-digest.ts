import { cutText } from "./cut-text.ts";

const LINE_CHARACTERS = 160;
const MOST_CHARACTERS = 6_000;

/**
 * A summary without a model: the earlier one, and the beginning of what the person has said since, statements before
 * questions where there is no room for all. Of a prompt as `summaryPrompt` makes it.
 */
export function plainDigest(prompt: string): string {
  const earlier = between(prompt, "<earlier_summary>\n", "\n</earlier_summary>").split("\n");
  const turns = between(prompt, "<turns>\n", "\n</turns>").split(/\n\n(?=(?:Person|Assistant): )/);
  const said = turns.flatMap((turn) => (turn.startsWith("Person: ") ? [lineOf(turn.slice("Person: ".length))] : []));
  return withinRoom([...new Set([...earlier, ...said])].filter((line) => line !== "" && !/^\[… .+ left out\]$/.test(line)));
}

function lineOf(text: string): string {
  return `- ${cutText(text.replace(/\s+/g, " ").trim(), LINE_CHARACTERS).replace(/\n/g, " ")}`;
}

function withinRoom(lines: readonly string[]): string {
  let left = MOST_CHARACTERS;
  const kept = new Set<string>();
  const take = (line: string) => {
    left -= line.length + 1;
    if (left >= 0) kept.add(line);
  };
  for (const line of lines) if (!/\?\s*$/.test(line)) take(line);
  for (const line of lines.toReversed()) if (/\?\s*$/.test(line)) take(line);
  const shown = lines.filter((line) => kept.has(line));
  const rest = lines.length - shown.length;
  return [...(rest > 0 ? [`[… ${rest} lines left out]`] : []), ...shown].join("\n");
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  const at = from < 0 ? -1 : text.lastIndexOf(end);
  return at <= from ? "" : text.slice(from + start.length, at);
}
