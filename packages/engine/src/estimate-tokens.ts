import type { ModelRequest } from "./model.ts";

/** English prose in the tokenizers of today; other scripts take more tokens, code somewhat fewer. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * About how many tokens a text is, without a tokenizer: a quarter of its characters, rounded up. For what has to be known
 * before a provider has counted, or when it never will.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

/** About how many tokens of input a request is, its tools included. */
export function estimateRequestTokens({ messages, tools }: ModelRequest): number {
  return estimateTokens(JSON.stringify(tools.length > 0 ? [messages, tools] : messages));
}
