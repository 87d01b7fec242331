import type { ModelReply } from "@crew/engine/model";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";

/** An attempt in the figures for whoever watches the installation. */
export function countAttempt(
  { system: { metrics } }: ExecutionContext,
  route: ResolvedModel,
  made: ModelReply | ModelCallError,
  seconds: number,
): void {
  const provider = route.label;
  const outcome = made instanceof ModelCallError ? made.failure : "completed";
  metrics.count("model_calls", { provider, outcome });
  metrics.observe("model_call_seconds", { provider, outcome }, seconds);
  if (made instanceof ModelCallError || !made.usage) return;
  metrics.count("model_tokens", { provider, direction: "in" }, made.usage.inputTokens);
  metrics.count("model_tokens", { provider, direction: "out" }, made.usage.outputTokens);
  const costUsd = route.priceOf(made.usage);
  if (costUsd !== null) metrics.count("model_cost_usd", { provider }, Number(costUsd));
}
