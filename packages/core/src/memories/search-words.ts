const MOST_WORDS = 100;
const WORD_CHARACTERS = 100;
/** Articles and the like, which stand in every text of a language that is written with Latin letters. */
const SHORT = /^[a-z\u00c0-\u024f]{1,3}$/i;

/** The words of a text that tell what it is about, each once; all of them when only short ones stand in it. */
export function searchWords(text: string): string {
  const words = text
    .split(/[\s\p{Cc}\p{Cs}]+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").toLowerCase())
    .filter((word) => word !== "" && word.length <= WORD_CHARACTERS);
  const telling = words.filter((word) => !SHORT.test(word));
  return [...new Set(telling.length > 0 ? telling : words)].slice(0, MOST_WORDS).join(" ");
}
