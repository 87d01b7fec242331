import { ModelCallError, type ModelRoute, type ProviderSettings } from "@crew/core/system";
import type { Dispatcher } from "undici";
import type { CallLimits } from "./call-limits.ts";
import { OpenaiChatReply } from "./openai-chat-reply.ts";
import { openaiChatRequest } from "./openai-chat-request.ts";
import { providerAddress, providerHeaders } from "./provider-addresses.ts";
import { providerExchange } from "./provider-exchange.ts";

/**
 * Chat completions by hand, for `openai` and `openai-compatible`. By hand, because this is the path of nearly every
 * call: measured against a bare `fetch` loop of the same run it costs 0.4 (0.7 when tokens trickle), an SDK's chain of
 * web streams 3.5 (1.9). Chat completions and not the newer Responses API, because that is what proxies and local
 * servers speak, so that one path serves a vendor and its stand-ins.
 */
export function openaiChatStream(options: {
  settings: ProviderSettings;
  modelId: string;
  dispatcher: Dispatcher;
  limits: CallLimits;
}): ModelRoute["stream"] {
  const { settings, modelId, dispatcher, limits } = options;
  const url = `${providerAddress(settings)}/chat/completions`;
  const headers = { ...providerHeaders(settings), accept: "text/event-stream" };
  return async (request, { signal, onText, onReasoning, images }) => {
    const reply = new OpenaiChatReply(request.model, onText, onReasoning);
    await providerExchange({
      dispatcher,
      method: "POST",
      url,
      headers,
      body: openaiChatRequest(settings.kind, modelId, request, images),
      signal,
      limits,
      onHead: (_status, head) => requireEventStream(head["content-type"]),
      onBytes: (chunk) => reply.push(chunk),
    });
    return reply.finish();
  };
}

/** Some servers name no type, or a plain one; a page or a document is surely not a stream. */
export function requireEventStream(type: string | string[] | undefined): void {
  if (/\b(html|json|xml)\b/i.test(String(type))) {
    throw new ModelCallError("malformed", `The provider answered with ${String(type).slice(0, 100)} where a stream was asked for.`);
  }
}
