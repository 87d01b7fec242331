import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeWebhook } from "./webhook-repository.ts";

export async function deleteWebhook(ctx: Ctx<"db" | "now" | "newId">, webhookId: string): Promise<null> {
  requirePermission(ctx, "security:write");
  return inTransaction(ctx, async (ctx) => {
    const url = await removeWebhook(ctx.db, ctx.actor.workspaceId, webhookId);
    if (url === undefined) throw notFound("webhook");
    await recordAudit(ctx, { action: "webhook.deleted", subject: webhookId, detail: { url } });
    return null;
  });
}
