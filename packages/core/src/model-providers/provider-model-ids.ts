import { ModelCallError, type ProviderSettings, type System } from "../system.ts";

const LISTED_SECONDS = 300;
/** A provider that is away is not asked again with every page. */
const AWAY_SECONDS = 30;
const TIMEOUT_MS = 3_000;
const MAX_MODELS = 200;
const MAX_ID_LENGTH = 200;

/** `provider`: a workspace provider's id, or the name of one of the environment. */
export function modelIdsCacheKey(provider: string): string {
  return `model-ids:${provider}`;
}

/** The ids that a provider offers: the configured ones, then its own list. Away or silent, it is taken at its configured word. */
export async function providerModelIds(
  ctx: Pick<System, "models" | "cache" | "log" | "metrics">,
  settings: ProviderSettings,
  cacheKey: string,
): Promise<string[]> {
  const known = await ctx.cache.get<string[]>(cacheKey);
  ctx.metrics.count("cache_lookups", { cache: "model_ids", result: known ? "hit" : "miss" });
  const listed = known ?? (await ask(ctx, settings, cacheKey));
  return [...new Set([...settings.models, ...listed])].slice(0, MAX_MODELS);
}

async function ask(ctx: Pick<System, "models" | "cache" | "log">, settings: ProviderSettings, cacheKey: string): Promise<string[]> {
  try {
    const ids = usableModelIds(await ctx.models.listModels(settings, AbortSignal.timeout(TIMEOUT_MS)));
    await ctx.cache.set(cacheKey, ids, LISTED_SECONDS);
    return ids;
  } catch (error) {
    if (!(error instanceof ModelCallError)) throw error;
    ctx.log.debug({ provider: settings.name, failure: error.failure }, "a model provider did not list its models");
    await ctx.cache.set(cacheKey, [], AWAY_SECONDS);
    return [];
  }
}

/** What of a provider's answer fits into a model's name: a foreign server decides about nothing else. */
export function usableModelIds(ids: readonly string[]): string[] {
  return ids.filter((id) => id.length > 0 && id.length <= MAX_ID_LENGTH && !/\s/.test(id)).slice(0, MAX_MODELS);
}
