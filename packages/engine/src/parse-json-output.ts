const FENCED = /^[ \t]*```(?:json[c5]?)?[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*```[ \t]*$/gim;

/** The object or list that an answer is, alone or as its only fenced block; `null` when it is neither. */
export function parseJsonOutput(text: string): unknown {
  const whole = parseContainer(text);
  if (whole !== null) return whole;
  const blocks = [...text.matchAll(FENCED)].map((match) => parseContainer(match[1] ?? "")).filter((value) => value !== null);
  return blocks.length === 1 ? blocks[0] : null;
}

function parseContainer(text: string): unknown {
  const trimmed = text.trim();
  // A bare number or quoted word is prose that happens to parse.
  if (!trimmed.startsWith("{") && !trimmed.startsWith("[")) return null;
  try {
    return JSON.parse(trimmed);
  } catch {
    return null;
  }
}
