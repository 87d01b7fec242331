import { inPieces } from "./openai-wire.ts";
import type { PlannedAnswer } from "./planned-answer.ts";
import type { WireFormat } from "./wire-format.ts";

/** Anthropic messages. */
export const anthropicWire: WireFormat = {
  events({ id, model }, answer) {
    const texts = answer.tokens.length > 0 ? [answer.tokens] : [];
    const { signature, hidden } = answer.reasoning ?? {};
    const blocks = [
      ...answer.thoughts.map((tokens) => ({
        start: { type: "thinking", thinking: "", signature: "" },
        deltas: [
          ...tokens.map((thinking): object => ({ type: "thinking_delta", thinking })),
          ...(signature === undefined ? [] : [{ type: "signature_delta", signature }]),
        ],
      })),
      ...(hidden === undefined ? [] : [{ start: { type: "redacted_thinking", data: hidden }, deltas: [] }]),
      ...texts.map((tokens) => ({
        start: { type: "text", text: "" },
        deltas: tokens.map((text): object => ({ type: "text_delta", text })),
      })),
      ...answer.toolCalls.map((call) => ({
        start: { type: "tool_use", id: call.id, name: call.name, input: {} },
        deltas: inPieces(call.arguments).map((partial_json): object => ({ type: "input_json_delta", partial_json })),
      })),
    ];
    return [
      event({
        type: "message_start",
        message: { ...messageOf(id, model), content: [], usage: { ...inputOf(answer), output_tokens: 1 } },
      }),
      event({ type: "ping" }),
      ...blocks.flatMap((block, index) => [
        event({ type: "content_block_start", index, content_block: block.start }),
        ...block.deltas.map((delta) => event({ type: "content_block_delta", index, delta })),
        event({ type: "content_block_stop", index }),
      ]),
      event({
        type: "message_delta",
        delta: { stop_reason: stopOf(answer), stop_sequence: null },
        usage: { output_tokens: answer.usage?.outputTokens ?? 0 },
      }),
    ];
  },
  endMark: `event: message_stop\ndata: {"type":"message_stop"}\n\n`,
  whole({ id, model }, answer) {
    const text = answer.tokens.join("");
    return {
      ...messageOf(id, model),
      content: [
        ...(text ? [{ type: "text", text }] : []),
        ...answer.toolCalls.map((c) => ({ type: "tool_use", id: c.id, name: c.name, input: JSON.parse(c.arguments) })),
      ],
      stop_reason: stopOf(answer),
      usage: { ...inputOf(answer), output_tokens: answer.usage?.outputTokens ?? 0 },
    };
  },
  errorEvent: (type, message) => event({ type: "error", error: { type, message } }),
  errorBody: (status, message) => ({
    type: "error",
    error: { type: status === 429 ? "rate_limit_error" : status >= 500 ? "api_error" : "invalid_request_error", message },
  }),
};

function event(value: { type: string; [key: string]: unknown }): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}

function messageOf(id: string, model: string) {
  return { id: `msg_${id}`, type: "message", role: "assistant", model, stop_reason: null, stop_sequence: null };
}

// The protocol has no way to leave usage out: nothing said is zero. What was kept is no part of `input_tokens`.
function inputOf({ usage }: PlannedAnswer): object {
  const { inputTokens = 0, cachedTokens } = usage ?? {};
  if (cachedTokens === undefined) return { input_tokens: inputTokens };
  return { input_tokens: inputTokens - cachedTokens, cache_read_input_tokens: cachedTokens };
}

function stopOf(answer: PlannedAnswer): string {
  return answer.finishReason ?? (answer.toolCalls.length > 0 ? "tool_use" : "end_turn");
}
