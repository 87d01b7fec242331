import type { LanguageModelV4, LanguageModelV4StreamPart, LanguageModelV4Usage, SharedV4ProviderMetadata } from "@ai-sdk/provider";
import { ModelCallError, type ModelRoute, type ProviderSettings } from "@crew/core/system";
import type { ModelReply, ModelUsage } from "@crew/engine/model";
import type { Dispatcher } from "undici";
import { failureOfErrorEvent } from "./call-failures.ts";
import type { CallLimits } from "./call-limits.ts";
import { exchangeFetch } from "./exchange-fetch.ts";
import { providerAddress } from "./provider-addresses.ts";
import { sdkPrompt } from "./sdk-prompt.ts";
import { ThoughtCollector } from "./thought-collector.ts";
import { sealOfCall, sealOfThought } from "./thought-seals.ts";

type SdkKind = "anthropic" | "google";

/**
 * Anthropic and Google through the providers of the AI SDK, at the level below its retries and loops: they know the
 * vendors' limits of output, schema dialects and signatures. The SDK is loaded with the first call.
 */
export function sdkStream(options: {
  settings: ProviderSettings & { kind: SdkKind };
  modelId: string;
  dispatcher: Dispatcher;
  limits: CallLimits;
}): ModelRoute["stream"] {
  const { settings, modelId, dispatcher, limits } = options;
  const baseURL = providerAddress(settings);
  return async (request, { signal, onText, onReasoning, images }) => {
    const exchange = exchangeFetch({ dispatcher, signal, limits });
    const reply = new SdkReply(settings.kind, onText, new ThoughtCollector(request.model, onReasoning));
    try {
      const model = await languageModel(settings.kind, modelId, { baseURL, apiKey: settings.apiKey ?? "none", fetch: exchange.fetch });
      // The exchange watches the signal: handed to the SDK as well, whose error comes first would be chance.
      const { stream } = await model.doStream({ ...sdkPrompt(request, settings.kind, images), includeRawChunks: true });
      for await (const part of stream) reply.part(part);
    } catch (error) {
      throw exchange.failure() ?? (error instanceof ModelCallError ? error : unreadable(error));
    } finally {
      exchange.close();
    }
    const failure = exchange.failure();
    if (failure) throw failure;
    return reply.finish();
  };
}

async function languageModel(
  kind: SdkKind,
  modelId: string,
  options: { baseURL: string; apiKey: string; fetch: typeof globalThis.fetch },
): Promise<LanguageModelV4> {
  if (kind === "anthropic") return (await import("@ai-sdk/anthropic")).createAnthropic(options).languageModel(modelId);
  return (await import("@ai-sdk/google")).createGoogle(options).languageModel(modelId);
}

class SdkReply {
  private readonly kind: SdkKind;
  private readonly onText: (text: string) => void;
  private readonly thoughts: ThoughtCollector;
  private text = "";
  private readonly toolCalls: ModelReply["toolCalls"] = [];
  private finished: Extract<LanguageModelV4StreamPart, { type: "finish" }> | undefined;
  private sawEndMark = false;

  constructor(kind: SdkKind, onText: (text: string) => void, thoughts: ThoughtCollector) {
    this.kind = kind;
    this.onText = onText;
    this.thoughts = thoughts;
  }

  part(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case "raw":
        this.sawEndMark ||= isEndMark(this.kind, part.rawValue);
        if (isErrorEvent(part.rawValue)) throw failureOfErrorEvent(part.rawValue.error);
        return;
      case "text-delta":
        if (part.delta === "") return;
        this.text += part.delta;
        this.onText(part.delta);
        return;
      case "reasoning-start":
        this.thoughts.begin(this.text.length);
        // Between calls it has no place in what is sent back.
        if (this.toolCalls.length > 0) this.thoughts.forgetSeals();
        this.sealThought(part.providerMetadata);
        return;
      case "reasoning-delta":
        this.thoughts.append(part.delta);
        this.sealThought(part.providerMetadata);
        return;
      case "tool-call":
        this.toolCall(part);
        return;
      case "error":
        throw unreadable(part.error);
      case "finish":
        this.finished = part;
    }
  }

  private sealThought(metadata: SharedV4ProviderMetadata | undefined): void {
    const seal = sealOfThought(metadata);
    if (seal !== undefined) this.thoughts.seal(seal);
  }

  private toolCall({ toolCallId, toolName, input, providerMetadata }: Extract<LanguageModelV4StreamPart, { type: "tool-call" }>): void {
    const seal = sealOfCall(providerMetadata);
    if (seal !== undefined) this.thoughts.sealCall(this.toolCalls.length, seal);
    this.toolCalls.push({ id: toolCallId, name: toolName, arguments: input });
  }

  finish(): ModelReply {
    if (!this.finished || !this.sawEndMark) throw new ModelCallError("truncated", "The answer ended before its end mark.");
    const word = this.finished.finishReason.unified;
    const reasoning = this.thoughts.finish(this.toolCalls.length);
    return {
      text: this.text,
      ...(reasoning && { reasoning }),
      toolCalls: this.toolCalls,
      finishReason: reasonOf(word, this.toolCalls.length),
      usage: usageOf(this.finished.usage),
    };
  }
}

/** The SDK reports an end in any case; only the raw event tells whether the vendor did. */
function isEndMark(kind: SdkKind, raw: unknown): boolean {
  if (typeof raw !== "object" || raw === null) return false;
  if (kind === "anthropic") return "type" in raw && raw.type === "message_stop";
  const { candidates, promptFeedback } = raw as { candidates?: { finishReason?: unknown }[]; promptFeedback?: { blockReason?: unknown } };
  return candidates?.[0]?.finishReason != null || promptFeedback?.blockReason != null;
}

function isErrorEvent(raw: unknown): raw is { error: unknown } {
  return typeof raw === "object" && raw !== null && "error" in raw && raw.error != null;
}

/** What the SDK could not make sense of. Its own words quote the answer at length: ours do not. */
function unreadable(cause: unknown): ModelCallError {
  return new ModelCallError("malformed", "The answer does not follow the provider's protocol.", { cause });
}

function reasonOf(word: string, toolCalls: number): ModelReply["finishReason"] {
  if (word === "content-filter") return "refused";
  if (word === "length") return "length";
  return toolCalls > 0 ? "tool_calls" : "stop";
}

/** A vendor that names no counts makes zeros of them here and there: a call without any token is none that was counted. */
function usageOf({ inputTokens: input, outputTokens: output }: LanguageModelV4Usage): ModelUsage | null {
  const { total: inputTokens, cacheRead, cacheWrite } = input;
  const outputTokens = output.total;
  if (!isCount(inputTokens) || !isCount(outputTokens) || inputTokens + outputTokens === 0) return null;
  const cachedTokens = Math.min(isCount(cacheRead) ? cacheRead : 0, inputTokens);
  const keptTokens = Math.min(isCount(cacheWrite) ? cacheWrite : 0, inputTokens - cachedTokens);
  return { inputTokens, outputTokens, ...(cachedTokens > 0 && { cachedTokens }), ...(keptTokens > 0 && { keptTokens }) };
}

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && (value ?? -1) >= 0;
}
