import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { listCrewsOfProvider } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findKeptProvider, removeProvider } from "./model-provider-repository.ts";
import { modelIdsCacheKey } from "./provider-model-ids.ts";

const NAMED_CREWS = 5;

/** Throws `conflict` while a crew names one of its models; conversations that do say so with their next answer. */
export async function deleteModelProvider(ctx: Ctx<"db" | "now" | "newId" | "cache">, providerId: string): Promise<null> {
  requirePermission(ctx, "model-providers:write");
  await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const provider = await findKeptProvider(ctx.db, workspaceId, providerId, { forUpdate: true });
    if (!provider) throw notFound("model provider");
    const crews = await listCrewsOfProvider(ctx.db, workspaceId, provider.name, NAMED_CREWS + 1);
    if (crews.length > 0) {
      const names = crews.slice(0, NAMED_CREWS).join(", ") + (crews.length > NAMED_CREWS ? " and others" : "");
      throw new AppError("conflict", `Models of ${provider.name} are used by ${names}. Give those crews another model first.`);
    }
    await removeProvider(ctx.db, workspaceId, providerId);
    await recordAudit(ctx, { action: "model_provider.deleted", subject: providerId, detail: { name: provider.name } });
  });
  await ctx.cache.delete(modelIdsCacheKey(providerId));
  return null;
}
