import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeOAuthClient } from "./oauth-client-repository.ts";

/** What people gave it goes with it, in every workspace. */
export async function deleteOAuthClient(ctx: Ctx<"db" | "now" | "newId" | "bus">, clientId: string): Promise<null> {
  requirePermission(ctx, "oauth-clients:write");
  await inTransaction(ctx, async (ctx) => {
    const removed = await removeOAuthClient(ctx.db, ctx.actor.workspaceId, clientId);
    if (!removed) throw notFound("app");
    await recordAudit(ctx, { action: "oauth_client.deleted", subject: clientId, detail: { name: removed.name } });
  });
  ctx.bus.publish(`actor:${clientId}`, { type: "revoked" });
  return null;
}
