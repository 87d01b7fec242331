import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeApiKey } from "./api-key-repository.ts";
import { cacheKeyOf } from "./hash-api-key.ts";

/** From the commit on nobody gets in with it; what a process still remembers of it is forgotten within 5 s. */
export async function revokeApiKey(ctx: Ctx<"db" | "now" | "newId" | "cache" | "bus">, apiKeyId: string): Promise<null> {
  requirePermission(ctx, "api-keys:write");
  const keyHash = await inTransaction(ctx, async (ctx) => {
    const removed = await removeApiKey(ctx.db, ctx.actor, apiKeyId);
    if (!removed) throw notFound("API key");
    await recordAudit(ctx, { action: "api_key.revoked", subject: apiKeyId, detail: { name: removed.name } });
    return removed.keyHash;
  });
  await ctx.cache.delete(cacheKeyOf(keyHash));
  // Sockets that were opened with the key listen for this.
  ctx.bus.publish(`actor:${apiKeyId}`, { type: "revoked" });
  return null;
}
