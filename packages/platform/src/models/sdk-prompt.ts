import type { LanguageModelV4CallOptions, LanguageModelV4Message } from "@ai-sdk/provider";
import type { ModelMessage, ModelRequest } from "@crew/engine/model";
import { argumentsObject } from "./tool-arguments.ts";

/** A request as the providers of the AI SDK take it. */
export function sdkPrompt(request: ModelRequest): Pick<LanguageModelV4CallOptions, "prompt" | "tools" | "maxOutputTokens"> {
  return {
    prompt: request.messages.map(sdkMessage),
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

function sdkMessage(message: ModelMessage): LanguageModelV4Message {
  switch (message.role) {
    case "system":
      return message;
    case "user":
      return { role: "user", content: [{ type: "text", text: message.content }] };
    case "assistant":
      return {
        role: "assistant",
        content: [
          // The vendors refuse an empty text.
          ...(message.content ? [{ type: "text" as const, text: message.content }] : []),
          ...(message.toolCalls ?? []).map((call) => ({
            type: "tool-call" as const,
            toolCallId: call.id,
            toolName: call.name,
            input: argumentsObject(call.arguments),
          })),
        ],
      };
    case "tool": {
      const output = { type: message.isError ? ("error-text" as const) : ("text" as const), value: message.content };
      return { role: "tool", content: [{ type: "tool-result", toolCallId: message.toolCallId, toolName: message.toolName, output }] };
    }
  }
}
