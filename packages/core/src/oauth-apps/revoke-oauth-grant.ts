import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeOAuthGrant } from "./oauth-grant-repository.ts";

/** From the commit on the app gets no new token; the ones that it has are worth nothing within seconds. */
export async function revokeOAuthGrant(ctx: Ctx<"db" | "now" | "newId" | "bus">, grantId: string): Promise<null> {
  requirePermission(ctx, "workspace:read");
  await inTransaction(ctx, async (ctx) => {
    const removed = await removeOAuthGrant(ctx.db, ctx.actor, grantId);
    if (!removed) throw notFound("app with access");
    await recordAudit(ctx, { action: "oauth_grant.revoked", subject: grantId, detail: { clientId: removed.clientId } });
  });
  ctx.bus.publish(`actor:${grantId}`, { type: "revoked" });
  return null;
}
