/** What the engine asks of a language model, and what it gets back: the common part of every provider's protocol. */

export interface ToolCall {
  /** Unique within one reply. */
  id: string;
  name: string;
  /** JSON text as the model wrote it; it may be malformed. */
  arguments: string;
}

/** A picture by reference: whoever makes the request has its bytes, and nothing that keeps requests does. */
export interface ModelImage {
  id: string;
  /** Such as `image/png`. */
  type: string;
}

export type ModelMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: string; images?: ModelImage[] }
  /** `reasoning`: what the provider that made the calls wants back with them; for no other, and never text. */
  | { role: "assistant"; content: string; toolCalls?: ToolCall[]; reasoning?: Reasoning }
  | { role: "tool"; toolCallId: string; toolName: string; content: string; isError?: boolean };

export interface ToolSchema {
  name: string;
  description: string;
  /** JSON Schema of the arguments object. */
  parameters: Record<string, unknown>;
}

export interface ModelRequest {
  /** `<provider name>/<model id>`. */
  model: string;
  messages: ModelMessage[];
  tools: ToolSchema[];
  /** The most that may be answered with; absent: what the provider does by itself. */
  maxOutputTokens?: number;
  /** The answer is to be one JSON object, and the provider may see to that; absent: any text. */
  wantsJsonObject?: boolean;
  /** How many of the messages, from the first, later requests will begin with too: what a provider may keep. Absent: unknown. */
  stableMessages?: number;
}

export interface ModelUsage {
  inputTokens: number;
  /** Of the input, read from what the provider has kept of an earlier call; absent: none that it told of. */
  cachedTokens?: number;
  /** Of the input, kept by the provider for later calls; absent: none that it told of. */
  keptTokens?: number;
  outputTokens: number;
}

/** One stretch of thinking. */
export interface Thought {
  text: string;
  /** How much of the reply's text came before it. */
  at: number;
  /** The provider wants it back with the tool calls that it led to: how, in words of the adapter that wrote it. */
  seal?: string;
}

/** What a model thought before and between what it said, as far as its provider tells. No part of the answer. */
export interface Reasoning {
  /** `<provider name>/<model id>` that thought it: nobody else can take it back. */
  by: string;
  thoughts: Thought[];
  /** Longer than what is kept. */
  isCut?: true;
  /** What the provider wants back with each of the tool calls, in their order; empty: nothing. */
  callSeals?: string[];
}

export interface ModelReply {
  text: string;
  /** Absent: the provider told of none. */
  reasoning?: Reasoning;
  toolCalls: ToolCall[];
  finishReason: "stop" | "tool_calls" | "length" | "refused";
  /** `null`: the provider did not say. */
  usage: ModelUsage | null;
}
