import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeApiKeys } from "./api-key-repository.ts";
import { forgetApiKeys } from "./forget-api-keys.ts";

/**
 * One's own key or, for who manages members, anybody's. From the commit on nobody gets in with it; what a process still
 * remembers of it is forgotten within 5 s.
 */
export async function revokeApiKey(ctx: Ctx<"db" | "now" | "newId" | "cache" | "bus">, apiKeyId: string): Promise<null> {
  requirePermission(ctx, "api-keys:write");
  const { workspaceId, userId, permissions } = ctx.actor;
  const holders = permissions.includes("members:write") ? { workspaceId } : { workspaceId, userId };
  const removed = await inTransaction(ctx, async (ctx) => {
    const [removed] = await removeApiKeys(ctx.db, holders, apiKeyId);
    if (!removed) throw notFound("API key");
    const { name, userId: ownerId } = removed;
    await recordAudit(ctx, { action: "api_key.revoked", subject: apiKeyId, detail: { name, ownerId } });
    return removed;
  });
  await forgetApiKeys(ctx, [removed]);
  return null;
}
