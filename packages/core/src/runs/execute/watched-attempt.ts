import type { ModelReply, ModelRequest } from "@crew/engine/model";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import { ModelCallError, type StreamOptions } from "../../system.ts";
import { countAttempt } from "./count-attempt.ts";
import type { ExecutionContext } from "./execution-context.ts";

/** As the conventions for spans of generative AI call them, where they have a name. */
const PROVIDER_NAMES: Partial<Record<ResolvedModel["kind"], string>> = { google: "gcp.gemini", demo: "crew.demo" };

/** One attempt to call a model, as a span and in the figures. Neither holds a word of what was asked or answered. */
export function watchedAttempt(
  context: ExecutionContext,
  route: ResolvedModel,
  request: ModelRequest,
  options: StreamOptions & { attemptId: string },
): Promise<ModelReply> {
  const { metrics, traces } = context.system;
  const { attemptId, ...rest } = options;
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": PROVIDER_NAMES[route.kind] ?? route.kind,
    "gen_ai.request.model": route.modelId,
    "gen_ai.request.max_tokens": request.maxOutputTokens,
    "gen_ai.request.stream": true,
    "crew.provider.label": route.label,
    "crew.attempt.id": attemptId,
  };
  return traces.span({ name: `chat ${route.modelId}`, kind: "client", attributes }, async (span) => {
    const sentAt = performance.now();
    const seconds = () => (performance.now() - sentAt) / 1_000;
    let firstWord: number | undefined;
    const onText = (text: string) => {
      firstWord ??= seconds();
      options.onText(text);
    };
    const told = (made: ModelReply | ModelCallError) => {
      countAttempt(context, route, made, seconds());
      if (firstWord === undefined) return;
      metrics.observe("model_first_word_seconds", { provider: route.label }, firstWord);
      span.set({ "gen_ai.response.time_to_first_chunk": firstWord });
    };
    try {
      const reply = await route.stream(request, { ...rest, onText });
      const { usage, finishReason } = reply;
      span.set({
        "gen_ai.response.finish_reasons": [finishReason],
        "gen_ai.usage.input_tokens": usage?.inputTokens,
        "gen_ai.usage.output_tokens": usage?.outputTokens,
      });
      told(reply);
      return reply;
    } catch (error) {
      if (!(error instanceof ModelCallError)) throw error;
      span.fail(error.failure);
      span.set({ "http.response.status_code": error.status });
      told(error);
      throw error;
    }
  });
}
