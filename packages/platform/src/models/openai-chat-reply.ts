import { ModelCallError } from "@crew/core/system";
import type { ModelReply, ModelUsage, ToolCall } from "@crew/engine/model";
import { failureOfErrorEvent } from "./call-failures.ts";
import { ChatThoughts, type ThinkingDelta } from "./chat-thoughts.ts";
import { EventStreamReader } from "./event-stream-reader.ts";
import { InlineThinking } from "./inline-thinking.ts";
import { ThoughtCollector } from "./thought-collector.ts";

interface ChatChunk {
  error?: unknown;
  choices?: { delta?: ChatDelta | null; finish_reason?: string | null }[] | null;
  usage?: {
    prompt_tokens?: unknown;
    completion_tokens?: unknown;
    prompt_tokens_details?: { cached_tokens?: unknown } | null;
  } | null;
}
interface ChatDelta extends ThinkingDelta {
  content?: string | null;
  refusal?: string | null;
  tool_calls?: { index?: number; id?: string | null; function?: { name?: string | null; arguments?: unknown } }[] | null;
}

/** Puts a reply together from the bytes of a streamed chat completion. */
export class OpenaiChatReply {
  private readonly reader = new EventStreamReader((data) => this.event(data));
  private readonly onText: (text: string) => void;
  private text = "";
  /** Not handed on yet: one call of `onText` for a packet, however many tokens are in it. */
  private fresh = "";
  private readonly toolCalls: ToolCall[] = [];
  private readonly atIndex = new Map<number, ToolCall>();
  private finishReason: string | null = null;
  private hasRefusal = false;
  private usage: ModelUsage | null = null;
  private isDone = false;
  private readonly thoughts: ChatThoughts;
  /** undefined: whatever comes is said. */
  private inline: InlineThinking | undefined;

  constructor(model: string, onText: (text: string) => void, onReasoning?: (text: string) => void) {
    this.onText = onText;
    this.thoughts = new ChatThoughts(new ThoughtCollector(model, onReasoning));
    this.inline = new InlineThinking((thought) => this.thoughts.inline(thought));
  }

  /** Whether the reply is complete: nothing after `[DONE]` counts. */
  push(chunk: Buffer): boolean {
    try {
      this.reader.push(chunk);
    } finally {
      this.flush();
    }
    return this.isDone;
  }

  /** Complete only with the end mark and a reason to end: a stream that was cut cleanly looks fine otherwise. */
  finish(): ModelReply {
    this.reader.end();
    this.endInline();
    this.flush();
    if (!this.isDone || this.finishReason === null) {
      const isProtocol = this.reader.sawEvents || this.text === "";
      throw new ModelCallError(isProtocol ? "truncated" : "malformed", "The answer ended before its end mark.");
    }
    const { text, toolCalls, usage } = this;
    const reasoning = this.thoughts.finish(toolCalls.length);
    return { text, ...(reasoning && { reasoning }), toolCalls, finishReason: this.reason(this.finishReason), usage };
  }

  private flush(): void {
    this.thoughts.flush();
    if (this.fresh === "") return;
    const text = this.fresh;
    this.fresh = "";
    this.text += text;
    this.onText(text);
  }

  private event(data: string): void {
    if (this.isDone) return;
    if (data === "[DONE]") {
      this.isDone = true;
      return;
    }
    const chunk = parse(data);
    if (chunk.error) throw failureOfErrorEvent(chunk.error);
    if (chunk.usage) this.usage = usageOf(chunk.usage) ?? this.usage;
    const choice = chunk.choices?.[0];
    if (!choice) return;
    if (choice.delta) this.delta(choice.delta);
    if (choice.finish_reason === "error") throw new ModelCallError("server_error", "The provider ended its answer with an error.");
    if (choice.finish_reason) this.finishReason = choice.finish_reason;
  }

  private delta(delta: ChatDelta): void {
    this.thoughts.read(delta);
    if (typeof delta.content === "string") this.content(delta.content);
    if (typeof delta.refusal === "string") {
      this.hasRefusal = true;
      this.fresh += delta.refusal;
    }
    for (const piece of delta.tool_calls ?? []) this.toolCallPiece(piece);
  }

  /** A server that tells of thinking apart leaves none in the text. */
  private content(text: string): void {
    if (this.inline && this.thoughts.isApart) this.endInline();
    if (!this.inline) {
      this.fresh += text;
      return;
    }
    this.fresh += this.inline.push(text);
    if (this.inline.isOver) this.inline = undefined;
  }

  private endInline(): void {
    this.fresh += this.inline?.end() ?? "";
    this.inline = undefined;
  }

  private toolCallPiece(piece: NonNullable<ChatDelta["tool_calls"]>[number]): void {
    const index = piece.index ?? this.toolCalls.length;
    const { name, arguments: text = "" } = piece.function ?? {};
    const added = typeof text === "string" ? text : JSON.stringify(text);
    const open = this.atIndex.get(index);
    // Some servers give every call of a reply the index 0, whole, each with an id of its own.
    const isNew = !open || (!!piece.id && piece.id !== open.id && !!name);
    if (!isNew) {
      open.arguments += added;
      return;
    }
    const call = { id: piece.id || `call_${this.toolCalls.length}`, name: name ?? "", arguments: added };
    this.toolCalls.push(call);
    this.atIndex.set(index, call);
  }

  private reason(word: string): ModelReply["finishReason"] {
    if (word === "content_filter" || (this.hasRefusal && this.toolCalls.length === 0)) return "refused";
    if (word === "length") return "length";
    // Not every server says `tool_calls` when there are some.
    return this.toolCalls.length > 0 ? "tool_calls" : "stop";
  }
}

function parse(data: string): ChatChunk {
  let chunk: unknown;
  try {
    chunk = JSON.parse(data);
  } catch (cause) {
    throw new ModelCallError("malformed", "An event of the answer is not JSON.", { cause });
  }
  if (typeof chunk !== "object" || chunk === null) throw new ModelCallError("malformed", "An event of the answer is not an object.");
  return chunk as ChatChunk;
}

function usageOf(usage: NonNullable<ChatChunk["usage"]>): ModelUsage | null {
  const inputTokens = usage.prompt_tokens;
  const outputTokens = usage.completion_tokens;
  if (!isCount(inputTokens) || !isCount(outputTokens)) return null;
  const told = usage.prompt_tokens_details?.cached_tokens;
  const cachedTokens = isCount(told) ? Math.min(told, inputTokens) : 0;
  return { inputTokens, outputTokens, ...(cachedTokens > 0 && { cachedTokens }) };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
