import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { RequestImages } from "@crew/core/system";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { imagesOfMessage } from "./images-of-message.ts";
import { argumentsObject } from "./tool-arguments.ts";

/** The body of `POST /chat/completions`. */
export function openaiChatRequest(
  kind: ModelProviderKind,
  modelId: string,
  request: ModelRequest,
  images: RequestImages = new Map(),
): string {
  const most = request.maxOutputTokens;
  return JSON.stringify({
    model: modelId,
    stream: true,
    stream_options: { include_usage: true },
    messages: request.messages.map((message) => chatMessage(message, images)),
    // The vendor's newer models know the one name only, other servers the other.
    ...(most !== undefined && (kind === "openai" ? { max_completion_tokens: most } : { max_tokens: most })),
    // Of the vendor alone: other servers refuse what they do not know.
    ...(request.wantsJsonObject && kind === "openai" && { response_format: { type: "json_object" } }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters } })),
    }),
  });
}

function chatMessage(message: ModelMessage, images: RequestImages): object {
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
    case "user": {
      const pictures = imagesOfMessage(message, images);
      if (pictures.length === 0) return { role: "user", content: message.content };
      const parts = pictures.map(({ type, base64 }) => ({ type: "image_url", image_url: { url: `data:${type};base64,${base64}` } }));
      return { role: "user", content: [...parts, { type: "text", text: message.content }] };
    }
    case "system":
      return { role: "system", content: message.content };
  }
}
