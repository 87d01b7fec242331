import type { Ctx } from "../system.ts";
import { listProviderNames } from "./model-provider-repository.ts";

/** Names of all providers whose models may be named here. */
export async function knownProviders(ctx: Ctx<"db" | "models">): Promise<Set<string>> {
  const environment = ctx.models.environmentProviders.map(({ name }) => name);
  return new Set(["demo", ...environment, ...(await listProviderNames(ctx.db, ctx.actor.workspaceId))]);
}
