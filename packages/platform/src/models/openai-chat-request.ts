import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { argumentsObject } from "./tool-arguments.ts";

/** The body of `POST /chat/completions`. */
export function openaiChatRequest(kind: ModelProviderKind, modelId: string, request: ModelRequest): string {
  const most = request.maxOutputTokens;
  return JSON.stringify({
    model: modelId,
    stream: true,
    stream_options: { include_usage: true },
    messages: request.messages.map(chatMessage),
    // The vendor's newer models know the one name only, other servers the other.
    ...(most !== undefined && (kind === "openai" ? { max_completion_tokens: most } : { max_tokens: most })),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters } })),
    }),
  });
}

function chatMessage(message: ModelMessage): object {
  switch (message.role) {
    case "tool":
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
    case "assistant": {
      if (!message.toolCalls?.length) return { role: "assistant", content: message.content };
      const toolCalls = message.toolCalls.map(({ id, name, arguments: text }) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(argumentsObject(text)) },
      }));
      return { role: "assistant", content: message.content || null, tool_calls: toolCalls };
    }
    default:
      return { role: message.role, content: message.content };
  }
}
