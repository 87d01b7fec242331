import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { RequestImages } from "@crew/core/system";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { imagesOfMessage } from "./images-of-message.ts";
import { OWED_NAME } from "./openai-chat-reply.ts";
import { argumentsObject } from "./tool-arguments.ts";

/** The body of `POST /chat/completions`. */
export function openaiChatRequest(
  kind: ModelProviderKind,
  modelId: string,
  request: ModelRequest,
  images: RequestImages = new Map(),
): string {
  const most = request.maxOutputTokens;
  const owed = owedThoughts(request);
  return JSON.stringify({
    model: modelId,
    stream: true,
    stream_options: { include_usage: true },
    messages: request.messages.map((message) => chatMessage(message, images, owed)),
    // The vendor's newer models know the one name only, other servers the other.
    ...(most !== undefined && (kind === "openai" ? { max_completion_tokens: most } : { max_tokens: most })),
    // Of the vendor alone: other servers refuse what they do not know.
    ...(request.wantsJsonObject && kind === "openai" && { response_format: { type: "json_object" } }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, parameters }) => ({ type: "function", function: { name, description, parameters } })),
    }),
  });
}

/**
 * Thinking by message, where the server wants it back with the tool calls; undefined: it does not. DeepSeek, Moonshot and
 * others that think by themselves refuse a turn in which calls come back without it; servers that name it otherwise
 * refuse it. Nobody is asked to think.
 */
function owedThoughts({ model, messages }: ModelRequest): Map<ModelMessage, string> | undefined {
  const owed = new Map<ModelMessage, string>();
  for (const message of messages) {
    if (message.role !== "assistant" || message.reasoning?.by !== model) continue;
    const thought = message.reasoning.thoughts.find(({ seal }) => seal === OWED_NAME);
    if (thought) owed.set(message, thought.text);
  }
  return owed.size > 0 ? owed : undefined;
}

function chatMessage(message: ModelMessage, images: RequestImages, owed: Map<ModelMessage, string> | undefined): object {
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
      // Calls of another model, which had stood in for this one, have no thinking of its: an empty one is not missed.
      const thought = owed && { [OWED_NAME]: owed.get(message) ?? "" };
      return { role: "assistant", content: message.content || null, ...thought, tool_calls: toolCalls };
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
