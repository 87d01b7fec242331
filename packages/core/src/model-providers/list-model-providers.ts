import type { ModelProvider } from "@crew/contracts/model-providers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx, ProviderSettings } from "../system.ts";
import { keyLastFour } from "./key-last-four.ts";
import { listKeptProviders, shownProvider } from "./model-provider-repository.ts";

const DEMO: ModelProvider = {
  id: null,
  kind: "openai-compatible",
  name: "demo",
  baseUrl: null,
  models: ["extractive"],
  keyLastFour: null,
  source: "builtin",
  createdAt: null,
};

/** The built-in demonstration, then the installation's, then the workspace's own. */
export async function listModelProviders(ctx: Ctx<"db" | "models">): Promise<{ data: ModelProvider[] }> {
  requirePermission(ctx, "model-providers:read");
  const own = await listKeptProviders(ctx.db, ctx.actor.workspaceId);
  return { data: [DEMO, ...ctx.models.environmentProviders.map(ofEnvironment), ...own.map(shownProvider)] };
}

function ofEnvironment({ kind, name, baseUrl, models, apiKey }: ProviderSettings): ModelProvider {
  return { id: null, kind, name, baseUrl, models, keyLastFour: keyLastFour(apiKey), source: "environment", createdAt: null };
}
