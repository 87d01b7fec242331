import { parseShallowJson } from "./parse-shallow-json.ts";

/** The object or list that an answer is, alone or as its only fenced block of JSON; `null` when it is neither. */
export function parseJsonOutput(text: string): unknown {
  const whole = parseContainer(text);
  if (whole !== null) return whole;
  const blocks = fencedBlocks(text)
    .map(parseContainer)
    .filter((value) => value !== null);
  return blocks.length === 1 ? blocks[0] : null;
}

/** Any JSON value that an answer is, alone or as its only fenced block, with the text that it was read from; `null`: it is none. */
export function parseJsonAnswer(text: string): { value: unknown; text: string } | null {
  const whole = parseValue(text);
  if (whole) return whole;
  const blocks = fencedBlocks(text)
    .map(parseValue)
    .filter((found) => found !== null);
  return blocks.length === 1 ? (blocks[0] ?? null) : null;
}

function parseValue(text: string): { value: unknown; text: string } | null {
  try {
    return { value: parseShallowJson(text), text: text.trim() };
  } catch {
    return null;
  }
}

function parseContainer(text: string): unknown {
  const trimmed = text.trim();
  // A bare number or quoted word is prose that happens to parse.
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return null;
  try {
    return parseShallowJson(trimmed);
  } catch {
    return null;
  }
}

/** Line by line: a pattern over the whole text could be made slow. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open: { isJson: boolean; lines: string[] } | null = null;
  for (const line of text.split(/\r?\n/)) {
    const fence = /^\s*```\s*(\S*)\s*$/.exec(line);
    if (open === null) {
      if (fence !== null) open = { isJson: /^(?:json[c5]?)?$/i.test(fence[1] ?? ""), lines: [] };
    } else if (fence?.[1] === "") {
      if (open.isJson) blocks.push(open.lines.join("\n"));
      open = null;
    } else open.lines.push(line);
  }
  return blocks;
}
