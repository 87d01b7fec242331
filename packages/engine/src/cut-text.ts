import { estimateTokens } from "./estimate-tokens.ts";

/** Room for the mark itself. */
const MARK_CHARACTERS = 60;
const LEAST_CHARACTERS = 40;

/** The beginning and the end of a text, with a mark of how much is left out between them. */
export function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const kept = Math.max(characters - MARK_CHARACTERS, LEAST_CHARACTERS);
  if (text.length <= kept) return text;
  const head = wholePairs(text, Math.ceil((kept * 2) / 3));
  const tail = wholePairs(text, text.length - Math.floor(kept / 3));
  return `${text.slice(0, head)}\n[… ${(tail - head).toLocaleString("en-US")} characters left out]\n${text.slice(tail)}`;
}

/** The same for a number of tokens, which scripts fill with more or fewer characters. */
export function cutToTokens(text: string, tokens: number): string {
  let characters = tokens * 4;
  for (let cut = cutText(text, characters); ; cut = cutText(text, characters)) {
    if (estimateTokens(cut) <= tokens || characters <= MARK_CHARACTERS) return cut;
    characters = Math.floor(characters * Math.min(0.9, tokens / estimateTokens(cut)));
  }
}

/** Not inside of a character that is two. */
function wholePairs(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
