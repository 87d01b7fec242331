import type { ModelProviderKind } from "@crew/contracts/model-providers";
import type { RequestImages } from "@crew/core/system";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { OWED_NAME } from "./chat-thoughts.ts";
import { imagesOfMessage } from "./images-of-message.ts";
import { detailOfThought } from "./reasoning-details.ts";
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
 * Thinking by message, where the server wants it back with the tool calls. DeepSeek, Moonshot and others that think by
 * themselves refuse a turn in which calls come back without it, and OpenRouter for those behind it; servers that name it
 * otherwise refuse it. Nobody is asked to think.
 */
function owedThoughts({ model, messages }: ModelRequest): Map<ModelMessage, object> {
  const owed = new Map<ModelMessage, object>();
  let isNamed = false;
  for (const message of messages) {
    if (message.role !== "assistant" || message.reasoning?.by !== model) continue;
    const { thoughts } = message.reasoning;
    const named = thoughts.find(({ seal }) => seal === OWED_NAME);
    const details = thoughts.flatMap((thought) => detailOfThought(thought) ?? []);
    isNamed ||= named !== undefined;
    if (named) owed.set(message, { [OWED_NAME]: named.text });
    else if (details.length > 0) owed.set(message, { reasoning_details: details });
  }
  // Calls of another model, which had stood in for this one, have no thinking of its: an empty one is not missed.
  if (isNamed) for (const message of messages) if (!owed.has(message)) owed.set(message, { [OWED_NAME]: "" });
  return owed;
}

function chatMessage(message: ModelMessage, images: RequestImages, owed: Map<ModelMessage, object>): object {
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
      return { role: "assistant", content: message.content || null, ...owed.get(message), tool_calls: toolCalls };
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
