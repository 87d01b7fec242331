import { cutToTokens } from "./cut-text.ts";
import { estimateRequestTokens, estimateTokens } from "./estimate-tokens.ts";
import type { ModelMessage, ToolSchema } from "./model.ts";
import { TOOL_RESULT_SHORTENED } from "./prompts.ts";

const LEAST_TOKENS = 60;

/** The messages with tool results shortened, oldest first and each with a mark, until a request with them is within its budget. */
export function toolResultsWithin(messages: readonly ModelMessage[], tools: readonly ToolSchema[], budget: number): ModelMessage[] {
  let over = estimateRequestTokens({ model: "", messages: [...messages], tools: [...tools] }) - budget;
  return messages.map((message) => {
    if (over <= 0 || message.role !== "tool") return message;
    const before = tokensOf(message.content);
    const content = shortened(message.content, Math.max(LEAST_TOKENS, estimateTokens(message.content) - over - 20));
    const gained = before - tokensOf(content);
    if (gained <= 0) return message;
    over -= gained;
    return { ...message, content };
  });
}

function shortened(content: string, tokens: number): string {
  const cut = cutToTokens(content, tokens - estimateTokens(TOOL_RESULT_SHORTENED));
  return cut === content ? content : `${TOOL_RESULT_SHORTENED}\n${cut}`;
}

/** As it stands in a request. */
function tokensOf(content: string): number {
  return estimateTokens(JSON.stringify(content));
}
