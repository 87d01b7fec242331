import type { ModelMessage, ModelRequest } from "./model.ts";

/** English prose in the tokenizers of today; code takes somewhat more tokens. */
const CHARACTERS_PER_TOKEN = 4;
/** From here on scripts (Cyrillic and all beyond it) take up to a token for each character. */
const FIRST_WIDE = 0x0400;

/**
 * What a picture counts as, whatever its size: the vendors make some hundred to about 1,600 tokens of one, by rules of
 * their own, and its dimensions are not known here.
 */
export const IMAGE_TOKENS = 1_500;

/**
 * About how many tokens a text is, without a tokenizer: a quarter of its Latin characters and one for each other, rounded
 * up. For what has to be known before a provider has counted, or when it never will.
 */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= FIRST_WIDE && !isPunctuation(text.charCodeAt(at))) wide += 1;
  return Math.ceil((text.length - wide) / CHARACTERS_PER_TOKEN + wide);
}

/** Dashes, quotation marks and the like stand in Latin texts too. */
function isPunctuation(code: number): boolean {
  return code >= 0x2000 && code < 0x2070;
}

/** About how many tokens of input a request is, its tools and pictures included. */
export function estimateRequestTokens({ messages, tools }: ModelRequest): number {
  const texts = estimateTokens(JSON.stringify(tools.length > 0 ? [messages, tools] : messages));
  return messages.reduce((sum, message) => sum + imageCount(message) * IMAGE_TOKENS, texts);
}

export function imageCount(message: ModelMessage): number {
  return message.role === "user" ? (message.images?.length ?? 0) : 0;
}
