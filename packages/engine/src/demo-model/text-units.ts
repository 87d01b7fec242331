import { ONE_OF_SEVERAL, standingAlone } from "./standing-alone.ts";

/** A text that the demonstration model was given, and where it came from. */
export interface Material {
  label: string;
  kind: "input" | "document" | "page" | "earlier";
  text: string;
}

/** A sentence (with the one that it points back at), list item or table row: the smallest thing that an answer quotes. */
export interface TextUnit {
  text: string;
  /** The heading above it. */
  heading: string;
  isListItem: boolean;
  /** It points back at something that is not in it. */
  isDangling: boolean;
  material: number;
  /** Count within its material, and how many there are: where in the text it stands. */
  index: number;
}

/** Begins a section of our own answers that found nothing; it is nothing to quote later. */
export const NONE_FOUND = "The text names no";
const FRAME = /^(?:The text names no |Subject: |Hello everyone,?$|Kind regards$|Nothing in what I was given)/;

const MOST_CHARACTERS = 1_200_000;
const MOST_UNITS = 12_000;
const LONGEST_UNIT = 500;

const HEADING = /^(?:#{1,6}\s+(.+?)\s*#*|\*\*([^*]{2,80})\*\*:?|([\p{Lu}\p{N}][^.!?;]{1,60}):)$/u;
const LIST_ITEM = /^(?:[-*•–—▪◦]|\d{1,3}[.)]|\[[ xX]?\]|☐)\s+/u;
const ABBREVIATION =
  /(?:^|[\s(])(?:[\p{Lu}]|mr|mrs|ms|dr|prof|st|no|nr|vs|etc|e\.g|i\.e|z\.b|bzw|ca|approx|inc|ltd|co|corp|dept|fig|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.$/iu;

/** `titles` are headings of the first level, and the first heading of each text that was given. */
export function unitsOf(materials: readonly Material[]): { units: TextUnit[]; headings: string[]; titles: string[] } {
  const units: TextUnit[] = [];
  const headings: string[] = [];
  const titles: string[] = [];
  let budget = MOST_CHARACTERS;
  for (const [material, { text, kind }] of materials.entries()) {
    let index = 0;
    let hasHeading = kind === "earlier";
    const add = (piece: string, heading: string, isListItem: boolean, isDangling = false) => {
      const clean = tidy(piece);
      if (units.length < MOST_UNITS && /[\p{L}\p{N}]/u.test(clean) && !FRAME.test(clean))
        units.push({ text: clean, heading, isListItem, isDangling, material, index: index++ });
    };
    for (const block of blocksOf(text.slice(0, Math.max(0, budget)))) {
      if (block.isHeading) {
        headings.push(block.heading);
        if (block.isTitle || !hasHeading) titles.push(block.heading);
        hasHeading = true;
      } else if (block.isListItem && block.text.length <= LONGEST_UNIT)
        add(block.text, block.heading, true, ONE_OF_SEVERAL.test(tidy(block.text)));
      else
        for (const { text: sentence, isDangling } of standingAlone(sentencesOf(block.text)))
          add(sentence, block.heading, block.isListItem, isDangling);
    }
    budget -= text.length;
  }
  return { units, headings, titles };
}

interface Block {
  text: string;
  heading: string;
  isListItem: boolean;
  isHeading: boolean;
  isTitle?: boolean;
}

/** Lines that belong together: wrapped lines of a paragraph are joined, headings and list items stand alone. */
function* blocksOf(text: string): Generator<Block> {
  let heading = "";
  let open: { lines: string[]; heading: string; isListItem: boolean } | undefined;
  let columns: string[] = [];
  const lines = text.split(/\r\n|\r|\n|\u2028|\u2029/);
  for (const [at, raw] of lines.entries()) {
    const isRow = isTableRow(raw);
    if (!isRow) columns = [];
    else if (columns.length === 0 && isTableRow(lines[at + 1] ?? "") && /^[\s|:-]+$/.test(lines[at + 1] ?? "")) {
      columns = cellsOf(raw);
      continue;
    }
    if (isRow && /^[\s|:-]+$/.test(raw)) continue;
    const line = isRow ? rowText(raw, columns) : raw.trim();
    const title = !isRow && line.length <= 120 ? (HEADING.exec(line) ?? titleLine(lines, at)) : null;
    const isItem = isRow || LIST_ITEM.test(line);
    const startsAnew = line === "" || title !== null || isItem || /^[-=_*]{3,}$/.test(line) || isSpeaker(line);
    if (open !== undefined && startsAnew) {
      yield { ...open, text: joined(open.lines), isHeading: false };
      open = undefined;
    }
    if (title !== null) {
      heading = tidy(title[1] || title[2] || title[3] || "");
      yield { text: heading, heading, isListItem: false, isHeading: true, isTitle: line.startsWith("# ") };
    } else if (line !== "" && /[\p{L}\p{N}]/u.test(line)) {
      if (open === undefined) open = { lines: [line], heading, isListItem: isItem };
      else open.lines.push(line);
    }
  }
  if (open !== undefined) yield { ...open, text: joined(open.lines), isHeading: false };
}

/** The first line of a text, short, without a full stop and set off by an empty line, is its title. */
function titleLine(lines: readonly string[], at: number): RegExpExecArray | null {
  if (at > 3 || lines.slice(0, at).some((line) => line.trim() !== "") || (lines[at + 1] ?? "x").trim() !== "" || at + 2 >= lines.length)
    return null;
  return /^()()([\p{Lu}\p{N}][^.!?;:|]{2,90})$/u.exec((lines[at] ?? "").trim());
}

function isTableRow(line: string): boolean {
  const trimmed = line.trim();
  return trimmed.length > 2 && trimmed.startsWith("|") && trimmed.endsWith("|");
}

function cellsOf(row: string): string[] {
  return row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll("\\|", "|").trim());
}

/** A row of a to-do table becomes a to-do; of our own tables of findings, the quoted sentence. */
function rowText(row: string, columns: readonly string[]): string {
  const cells = cellsOf(row);
  const cell = (name: RegExp) => cells[columns.findIndex((column) => name.test(column))] ?? "";
  const what = cell(/action|task|to-?do|what/i);
  const isNamed = (text: string) => (text === "" || text === "–" || text === "-" ? "not named" : text);
  if (what !== "" && columns.some((column) => /owner|assignee|who|responsible/i.test(column))) {
    return `${what} — owner: ${isNamed(cell(/owner|assignee|who|responsible/i))}; due: ${isNamed(cell(/due|date|when|deadline/i))}`;
  }
  if (/^figure$/i.test(columns[0] ?? "") && cells[1] !== undefined) return cells[1];
  const first = cells[0] ?? "";
  const isRepeated = (text: string, at: number) =>
    /^(?:section|source)$/i.test(columns[at] ?? "") || text === "–" || text.split("; ").every((part) => first.includes(part));
  return cells.filter((text, at) => text !== "" && (at === 0 || !/[.!?]$/.test(first) || !isRepeated(text, at))).join(" · ");
}

/** `Ana: I will …` in a transcript. */
function isSpeaker(line: string): boolean {
  return /^[\p{Lu}][\p{L}.'-]{0,30}(?: [\p{Lu}][\p{L}.'-]{0,30})?: \S/u.test(line);
}

/** Wrapped lines make one text; scripts without spaces get none. */
function joined(lines: readonly string[]): string {
  const isSpaceless = (line: string) => /[\u3000-\u9fff\uff00-\uffef]/.test(line.at(-1) ?? "");
  return lines.map((line, at) => (at === 0 || isSpaceless(lines[at - 1] ?? "") ? line : ` ${line}`)).join("");
}

export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  const end = /[.!?…]{1,10}["'”’»)\]]{0,4}(?=\s|$)|[。！？｡]{1,10}[」』”’]{0,4}/gu;
  let start = 0;
  for (let match = end.exec(text); match !== null; match = end.exec(text)) {
    const stop = match.index + match[0].length;
    const next = text.slice(stop, stop + 12).trimStart();
    const isAbbreviation = match[0].startsWith(".") && ABBREVIATION.test(text.slice(Math.max(start, stop - 12), stop));
    const isOrdinal = match[0] === "." && /(?:^|\s)\d{1,2}\.$/.test(text.slice(Math.max(start, stop - 8), stop)) && next !== "";
    if (isAbbreviation || isOrdinal || /^[\p{Ll}]/u.test(next)) continue;
    sentences.push(...shortened(text.slice(start, stop)));
    start = stop;
  }
  sentences.push(...shortened(text.slice(start)));
  return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== "");
}

/** Text without any full stop still comes in pieces that can be read. */
function shortened(sentence: string): string[] {
  if (sentence.length <= LONGEST_UNIT) return [sentence];
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > LONGEST_UNIT) {
    const space = rest.lastIndexOf(" ", LONGEST_UNIT);
    const code = rest.charCodeAt(LONGEST_UNIT);
    const at = space > LONGEST_UNIT / 2 ? space : code >= 0xdc00 && code <= 0xdfff ? LONGEST_UNIT - 1 : LONGEST_UNIT;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...pieces, rest];
}

/** Without list marks, emphasis and table borders. */
function tidy(text: string): string {
  let plain = text.trim();
  for (let times = 0; times < 3 && LIST_ITEM.test(plain); times++) plain = plain.replace(LIST_ITEM, "");
  return (
    plain
      // Our own lists of figures: the figures stand in the sentence again.
      .replace(/^\*\*[^*]*\d[^*]*\*\* — /, "")
      .replace(/\*\*|__|`/g, "")
      .replace(/^>\s*/, "")
      .replace(/\s+/g, " ")
      .trim()
  );
}
