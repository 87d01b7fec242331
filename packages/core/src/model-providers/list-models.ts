import type { Model } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx, ProviderSettings } from "../system.ts";
import { listKeptProviders } from "./model-provider-repository.ts";
import { modelIdsCacheKey, providerModelIds } from "./provider-model-ids.ts";
import { providerSettings } from "./provider-settings.ts";

const DEMO: Model = {
  name: "demo/extractive",
  provider: "demo",
  isDemo: true,
  inputUsdPerMillion: "0",
  outputUsdPerMillion: "0",
};

type Needs = Ctx<"db" | "models" | "secrets" | "cache" | "installation" | "log" | "metrics">;

/** Everything that an agent or a conversation may name. Providers are asked at the same time, each for a few seconds at most. */
export async function listModels(ctx: Needs): Promise<{ data: Model[] }> {
  requirePermission(ctx, "workspace:read");
  const kept = await listKeptProviders(ctx.db, ctx.actor.workspaceId);
  const own = await Promise.all(
    kept.map(async (provider) => ({ settings: await providerSettings(ctx, provider), cacheKey: modelIdsCacheKey(provider.id) })),
  );
  // A workspace's own provider hides one of the environment with its name, as it does when a model is called.
  const environment = ctx.models.environmentProviders
    .filter(({ name }) => !kept.some((provider) => provider.name === name))
    .map((settings) => ({ settings, cacheKey: modelIdsCacheKey(settings.name) }));
  const lists = await Promise.all([...environment, ...own].map(({ settings, cacheKey }) => modelsOf(ctx, settings, cacheKey)));
  return { data: [DEMO, ...lists.flat()] };
}

async function modelsOf(ctx: Needs, settings: ProviderSettings, cacheKey: string): Promise<Model[]> {
  const ids = await providerModelIds(ctx, settings, cacheKey);
  return ids.map((id) => {
    const price = ctx.models.pricePerMillion(settings.kind, id);
    return {
      name: `${settings.name}/${id}`,
      provider: settings.name,
      isDemo: false,
      inputUsdPerMillion: price?.input ?? null,
      outputUsdPerMillion: price?.output ?? null,
    };
  });
}
