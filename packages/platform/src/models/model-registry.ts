import { AppError } from "@crew/core/app-error";
import { type Log, ModelCallError, type ModelRoute, type Models, type ProviderSettings } from "@crew/core/system";
import type { Dispatcher } from "undici";
import { rememberSecret } from "../secrets/redact-secrets.ts";
import { askModelList } from "./ask-model-list.ts";
import { CALL_LIMITS, type CallLimits } from "./call-limits.ts";
import { demoRoute } from "./demo-route.ts";
import { openaiChatStream } from "./openai-chat-stream.ts";
import { priceOf, pricePerMillion } from "./prices.ts";
import { providerAddress, requireKey } from "./provider-addresses.ts";
import { sdkStream } from "./sdk-stream.ts";
import { windowOf } from "./window-of.ts";

export interface ModelRegistryOptions {
  environmentProviders: readonly ProviderSettings[];
  /** The only connections that calls go over: `modelDispatchers`. */
  dispatchers: { trusted: Dispatcher; untrusted: Dispatcher };
  log: Log;
  limits?: Partial<CallLimits>;
}

/** Models by their provider's settings. A route costs nothing to make: nothing is loaded or opened before the first call. */
export function modelRegistry(options: ModelRegistryOptions): Models {
  const limits = { ...CALL_LIMITS, ...options.limits };
  const dispatcherFor = ({ isTrusted }: ProviderSettings) => (isTrusted ? options.dispatchers.trusted : options.dispatchers.untrusted);

  function streamFor(settings: ProviderSettings, modelId: string): ModelRoute["stream"] {
    const call = { modelId, dispatcher: dispatcherFor(settings), limits };
    const { kind } = settings;
    if (kind === "anthropic" || kind === "google") return sdkStream({ ...call, settings: { ...settings, kind } });
    return openaiChatStream({ ...call, settings });
  }

  return {
    environmentProviders: options.environmentProviders,
    route(settings, modelId) {
      if (settings === undefined) return demoRoute(modelId);
      if (modelId === "") throw new AppError("invalid", "The name of the model is missing.");
      requireKey(settings);
      const { kind, name, baseUrl, apiKey, contextTokens = {} } = settings;
      if (apiKey !== null) rememberSecret(apiKey);
      return {
        provider: name,
        kind,
        modelId,
        windowTokens: Object.hasOwn(contextTokens, modelId) ? Number(contextTokens[modelId]) : windowOf({ kind, name, baseUrl, modelId }),
        priceOf: (usage) => priceOf({ kind, baseUrl, modelId }, usage),
        stream: logged(options.log, name, modelId, streamFor(settings, modelId)),
      };
    },
    listModels: async (settings, signal) => {
      requireKey(settings);
      if (settings.apiKey !== null) rememberSecret(settings.apiKey);
      providerAddress(settings);
      return askModelList(settings, { dispatcher: dispatcherFor(settings), signal, limits });
    },
    pricePerMillion,
  };
}

/** What failed and how, for the operator. Never words of the provider, which may quote a prompt: those are for the run's readers. */
function logged(log: Log, provider: string, model: string, stream: ModelRoute["stream"]): ModelRoute["stream"] {
  return async (request, options) => {
    try {
      return await stream(request, options);
    } catch (error) {
      if (error instanceof ModelCallError && error.failure !== "aborted") {
        const { failure, status, cause } = error;
        log.warn({ provider, model, failure, status, code: (cause as NodeJS.ErrnoException | undefined)?.code }, "model call failed");
      }
      throw error;
    }
  };
}
