import type { ModelTest } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { type Ctx, ModelCallError } from "../system.ts";
import { findKeptProvider, updateProviderRow } from "./model-provider-repository.ts";
import { modelIdsCacheKey, usableModelIds } from "./provider-model-ids.ts";
import { providerSettings } from "./provider-settings.ts";

const TIMEOUT_MS = 10_000;

/**
 * Asks the provider for its models, a real call with the real key. Failing is an answer, not an error. The list is kept
 * where the provider has none, so that its models can be offered while it is away.
 */
export async function testModelProvider(
  ctx: Ctx<"db" | "now" | "newId" | "models" | "secrets" | "installation" | "cache">,
  providerId: string,
): Promise<ModelTest> {
  requirePermission(ctx, "model-providers:write");
  const provider = await findKeptProvider(ctx.db, ctx.actor.workspaceId, providerId);
  if (!provider) throw notFound("model provider");
  const startedAt = performance.now();
  const outcome = await ask(ctx, provider);
  const durationMs = Math.round(performance.now() - startedAt);
  await inTransaction(ctx, async (ctx) => {
    const now = await findKeptProvider(ctx.db, ctx.actor.workspaceId, providerId, { forUpdate: true });
    if (now && now.models.length === 0 && outcome.models.length > 0)
      await updateProviderRow(ctx.db, ctx.actor.workspaceId, providerId, { models: outcome.models });
    await recordAudit(ctx, {
      action: "model_provider.tested",
      subject: providerId,
      detail: { name: provider.name, ok: outcome.ok, models: outcome.models.length },
    });
  });
  await ctx.cache.delete(modelIdsCacheKey(providerId));
  return { ...outcome, durationMs };
}

async function ask(
  ctx: Ctx<"models" | "secrets" | "installation">,
  provider: Parameters<typeof providerSettings>[1],
): Promise<Omit<ModelTest, "durationMs">> {
  try {
    const settings = await providerSettings(ctx, provider);
    const models = usableModelIds(await ctx.models.listModels(settings, AbortSignal.timeout(TIMEOUT_MS)));
    const count = models.length === 1 ? "one model" : `${models.length} models`;
    return { ok: true, message: `The provider answered and offers ${count}.`, models };
  } catch (error) {
    if (!(error instanceof ModelCallError)) throw error;
    const message = error.failure === "aborted" ? `The provider did not answer within ${TIMEOUT_MS / 1_000} seconds.` : error.message;
    return { ok: false, message, models: [] };
  }
}
