import { estimateTokens, imageCount } from "@crew/engine/estimate-tokens";
import type { ModelRequest } from "@crew/engine/model";
import type { ModelRoute } from "../../system.ts";
import type { BudgetWant } from "./budget-draw.ts";

/** The most that a call under a budget may answer with: what the models of the last years all take. Longer answers are continued by the agent. */
export const MOST_OUTPUT_TOKENS = 4_096;
/** With less left than for these a budget is used up. */
export const LEAST_OUTPUT_TOKENS = 256;
/** Tokenizers differ: code and scripts other than the Latin one take up to a token for three bytes. */
const BYTES_PER_TOKEN = 3;
/** What the protocol adds to each message and tool. */
const TOKENS_AROUND = 12;
/** Of one picture: what the vendors make of the largest. */
const MOST_IMAGE_TOKENS = 5_000;
const MILLION = 1_000_000;

/** The most that a call may come to, before it is made. */
export function callWant(request: ModelRequest, route: ModelRoute): Omit<BudgetWant, "attemptId"> {
  const inputTokens = mostInputTokens(request);
  // What Anthropic is asked to keep for later calls costs more than other input.
  const input = { inputTokens, ...(route.kind === "anthropic" && { keptTokens: inputTokens }) };
  return {
    inputTokens,
    inputUsd: route.priceOf({ ...input, outputTokens: 0 }),
    withMillionUsd: route.priceOf({ ...input, outputTokens: MILLION }),
    outputTokens: MOST_OUTPUT_TOKENS,
    leastOutputTokens: LEAST_OUTPUT_TOKENS,
  };
}

function mostInputTokens({ messages, tools }: ModelRequest): number {
  const texts = [...messages, ...tools].map((part) => JSON.stringify(part));
  const pictures = messages.reduce((sum, message) => sum + imageCount(message), 0) * MOST_IMAGE_TOKENS;
  return texts.reduce(
    (sum, text) => sum + TOKENS_AROUND + Math.max(estimateTokens(text), Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)),
    pictures,
  );
}
