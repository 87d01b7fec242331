/** English prose in the tokenizers of today; other scripts take more tokens, code somewhat fewer. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * About how many tokens a text is, without a tokenizer: a quarter of its characters, rounded up. For what has to be known
 * before a provider has counted, or when it never will.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
