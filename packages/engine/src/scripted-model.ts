import type { ModelReply, ModelRequest, ToolCall } from "./model.ts";

/** One turn of a script: a text, calls, a whole reply, or a function of what was asked. */
export type ScriptedTurn =
  | string
  | { calls: (Omit<ToolCall, "arguments"> & { arguments: unknown })[]; text?: string }
  | Partial<ModelReply>
  | ((request: ModelRequest) => ScriptedTurn);

/** A model for tests that answers turn by turn and keeps what it was asked. */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  readonly #turns: readonly ScriptedTurn[];

  constructor(turns: readonly ScriptedTurn[]) {
    this.#turns = turns;
  }

  /** The script's next turn; its last turn answers everything after it. */
  readonly reply = (request: ModelRequest): ModelReply => {
    const turn = this.#turns[Math.min(this.requests.length, this.#turns.length - 1)];
    this.requests.push(structuredClone(request));
    return replyOf(turn ?? "", request);
  };
}

export function replyOf(turn: ScriptedTurn, request: ModelRequest): ModelReply {
  if (typeof turn === "function") return replyOf(turn(request), request);
  if (typeof turn === "string") return { text: turn, toolCalls: [], finishReason: "stop", usage: { inputTokens: 10, outputTokens: 5 } };
  const partial: Partial<ModelReply> =
    "calls" in turn
      ? {
          text: turn.text ?? "",
          toolCalls: turn.calls.map((call) => ({
            ...call,
            arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
          })),
        }
      : turn;
  const toolCalls = partial.toolCalls ?? [];
  return { text: "", finishReason: toolCalls.length > 0 ? "tool_calls" : "stop", usage: null, ...partial, toolCalls };
}
