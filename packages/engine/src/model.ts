/** What the engine asks of a language model, and what it gets back: the common part of every provider's protocol. */

export interface ToolCall {
  /** Unique within one reply. */
  id: string;
  name: string;
  /** JSON text as the model wrote it; it may be malformed. */
  arguments: string;
}

export type ModelMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: string }
  | { role: "assistant"; content: string; toolCalls?: ToolCall[] }
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
}

export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
}

export interface ModelReply {
  text: string;
  toolCalls: ToolCall[];
  finishReason: "stop" | "tool_calls" | "length" | "refused";
  /** `null`: the provider did not say. */
  usage: ModelUsage | null;
}
