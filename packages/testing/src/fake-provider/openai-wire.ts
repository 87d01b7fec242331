import type { PlannedAnswer } from "./planned-answer.ts";
import type { WireFormat } from "./wire-format.ts";

const CREATED = 1_700_000_000;

/** OpenAI chat completions. */
export const openaiWire: WireFormat = {
  events({ id, model, wantsUsage }, answer) {
    const chunk = (delta: object, finishReason: string | null = null) =>
      data({
        id,
        object: "chat.completion.chunk",
        created: CREATED,
        model,
        choices: [{ index: 0, delta, finish_reason: finishReason, logprobs: null }],
      });
    const usage = usageOf(answer);
    return [
      chunk({ role: "assistant", content: answer.tokens.length > 0 ? "" : null }),
      ...thoughtsOf(answer).map((thought) => chunk(thought)),
      ...answer.tokens.map((token) => chunk({ content: token })),
      ...answer.toolCalls.flatMap((call, index) => [
        chunk({ tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }] }),
        ...inPieces(call.arguments).map((piece) => chunk({ tool_calls: [{ index, function: { arguments: piece } }] })),
      ]),
      chunk({}, finishOf(answer)),
      ...(usage && wantsUsage ? [data({ id, object: "chat.completion.chunk", created: CREATED, model, choices: [], usage })] : []),
    ];
  },
  endMark: "data: [DONE]\n\n",
  whole({ id, model }, answer) {
    const toolCalls = answer.toolCalls.map((c) => ({ id: c.id, type: "function", function: { name: c.name, arguments: c.arguments } }));
    const message = {
      role: "assistant",
      content: answer.tokens.join("") || null,
      refusal: null,
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    };
    const usage = usageOf(answer);
    const choices = [{ index: 0, message, finish_reason: finishOf(answer), logprobs: null }];
    return { id, object: "chat.completion", created: CREATED, model, choices, ...(usage && { usage }) };
  },
  errorEvent: (type, message) => data({ error: { message, type, code: type, param: null } }),
  errorBody: (status, message) => ({
    error: { message, type: status === 429 ? "rate_limit_exceeded" : status >= 500 ? "server_error" : "invalid_request_error", code: null },
  }),
};

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function finishOf(answer: PlannedAnswer): string {
  return answer.finishReason ?? (answer.toolCalls.length > 0 ? "tool_calls" : "stop");
}

function usageOf({ usage }: PlannedAnswer) {
  return (
    usage && {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
      ...(usage.cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: usage.cachedTokens } }),
    }
  );
}

function thoughtsOf({ thoughts, reasoning }: PlannedAnswer): object[] {
  const { name = "reasoning_content", signature, hidden } = reasoning ?? {};
  if (thoughts.length === 0 && hidden === undefined) return [];
  switch (name) {
    case "content":
      return inPieces(`<think>\n${thoughts.flat().join("")}\n</think>\n\n`, 5).map((content) => ({ content }));
    case "reasoning_details": {
      const texts = thoughts.flatMap((tokens, index) => [
        ...tokens.map((text): object => ({ type: "reasoning.text", text, format: "fake-v1", index })),
        ...(signature === undefined ? [] : [{ type: "reasoning.text", signature, format: "fake-v1", index }]),
      ]);
      const last = hidden === undefined ? [] : [{ type: "reasoning.encrypted", data: hidden, format: "fake-v1", index: thoughts.length }];
      return [...texts, ...last].map((detail) => ({ reasoning_details: [detail] }));
    }
    default:
      return thoughts.flat().map((token) => ({ [name]: token }));
  }
}

/** Real providers send arguments in pieces that break anywhere. */
export function inPieces(text: string, most = 7): string[] {
  return Array.from({ length: Math.ceil(text.length / most) }, (_, at) => text.slice(at * most, (at + 1) * most));
}
