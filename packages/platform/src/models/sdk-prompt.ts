import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import type { RequestImages } from "@crew/core/system";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { imagesOfMessage } from "./images-of-message.ts";
import { callOptions, thoughtParts } from "./thought-seals.ts";
import { argumentsObject } from "./tool-arguments.ts";

/** Anthropic keeps what lies before such a mark for some minutes, and reads it for a tenth of its price. */
const KEEP = { anthropic: { cacheControl: { type: "ephemeral" } } };

/** A request as the providers of the AI SDK take it. */
export function sdkPrompt(
  request: ModelRequest,
  kind: "anthropic" | "google",
  images: RequestImages = new Map(),
): Pick<LanguageModelV4CallOptions, "prompt" | "tools" | "maxOutputTokens"> {
  return {
    prompt:
      kind === "anthropic"
        ? markedMessages(request, images)
        : request.messages.map((message) => sdkMessage(message, request.model, images)),
    ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(({ name, description, parameters }) => ({
        type: "function" as const,
        name,
        description,
        inputSchema: parameters,
      })),
    }),
  };
}

/** Marks the instructions, the messages that later requests will begin with too, and results in the middle of an agent's work. */
function markedMessages({ model, messages, stableMessages = 0 }: ModelRequest, images: RequestImages): LanguageModelV4Message[] {
  const isInWork = messages.at(-1)?.role === "tool";
  const marked = new Set(stableMessages > 0 || isInWork ? [0, stableMessages - 1] : []);
  if (isInWork) marked.add(messages.length - 1);
  return messages.map((message, index) => ({ ...sdkMessage(message, model, images), ...(marked.has(index) && { providerOptions: KEEP }) }));
}

function sdkMessage(message: ModelMessage, model: string, images: RequestImages): LanguageModelV4Message {
  switch (message.role) {
    case "system":
      return message;
    case "user":
      return {
        role: "user",
        content: [
          ...imagesOfMessage(message, images).map(({ type, base64 }) => ({
            type: "file" as const,
            mediaType: type,
            data: { type: "data" as const, data: base64 },
          })),
          { type: "text", text: message.content },
        ],
      };
    case "assistant":
      return { role: "assistant", content: assistantContent(message, model) };
    case "tool": {
      const output = { type: message.isError ? ("error-text" as const) : ("text" as const), value: message.content };
      return { role: "tool", content: [{ type: "tool-result", toolCallId: message.toolCallId, toolName: message.toolName, output }] };
    }
  }
}

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
type AssistantContent = Extract<LanguageModelV4Message, { role: "assistant" }>["content"];

function assistantContent({ content: text, toolCalls = [], reasoning }: AssistantMessage, model: string): AssistantContent {
  const owed = reasoning?.by === model ? reasoning : undefined;
  const calls = toolCalls.map((call, index) => ({
    type: "tool-call" as const,
    toolCallId: call.id,
    toolName: call.name,
    input: argumentsObject(call.arguments),
    ...callOptions(owed?.callSeals?.[index]),
  }));
  const content: AssistantContent = [];
  let said = 0;
  for (const thought of owed?.thoughts ?? []) {
    content.push(...textPart(text.slice(said, thought.at)), ...thoughtParts(thought));
    said = Math.max(said, thought.at);
  }
  return [...content, ...textPart(text.slice(said)), ...calls];
}

/** The vendors refuse an empty text. */
function textPart(text: string): { type: "text"; text: string }[] {
  return text.trim() === "" ? [] : [{ type: "text", text }];
}
