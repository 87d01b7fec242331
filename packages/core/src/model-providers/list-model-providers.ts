import type { ModelProvider } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx, ProviderSettings } from "../system.ts";
import { keyLastFour } from "./key-last-four.ts";
import { laneOfEnvironment, laneOfKept, NO_LIMITS } from "./lane-of.ts";
import type { Lane } from "./lanes-port.ts";
import { listKeptProviders, shownProvider } from "./model-provider-repository.ts";

const DEMO: ModelProvider = {
  id: null,
  kind: "openai-compatible",
  name: "demo",
  baseUrl: null,
  models: ["extractive"],
  contextTokens: {},
  ...NO_LIMITS,
  keyLastFour: null,
  source: "builtin",
  pace: null,
  createdAt: null,
};

/** The built-in demonstration, then the installation's, then the workspace's own; each with how its key is doing. */
export async function listModelProviders(ctx: Ctx<"db" | "models" | "lanes">): Promise<{ data: ModelProvider[] }> {
  requirePermission(ctx, "model-providers:read");
  const own = await listKeptProviders(ctx.db, ctx.actor.workspaceId);
  const { environmentProviders } = ctx.models;
  const paces = await pacesOf(ctx, [...environmentProviders.map(laneOfEnvironment), ...own.map(laneOfKept)]);
  return {
    data: [
      DEMO,
      ...environmentProviders.map((provider) => ofEnvironment(provider, paces(laneOfEnvironment(provider)))),
      ...own.map((provider) => shownProvider(provider, paces(laneOfKept(provider)))),
    ],
  };
}

async function pacesOf(ctx: Ctx<"lanes">, lanes: Lane[]): Promise<(lane: Lane) => ModelProvider["pace"]> {
  const readings = new Map((await ctx.lanes.read(lanes)).map(({ id, ...pace }) => [id, pace]));
  return ({ id }) => readings.get(id) ?? null;
}

function ofEnvironment(provider: ProviderSettings, pace: ModelProvider["pace"]): ModelProvider {
  const { kind, name, baseUrl, models, contextTokens = {}, apiKey, limits = NO_LIMITS } = provider;
  return {
    id: null,
    kind,
    name,
    baseUrl,
    models,
    contextTokens,
    ...limits,
    keyLastFour: keyLastFour(apiKey),
    source: "environment",
    pace,
    createdAt: null,
  };
}
