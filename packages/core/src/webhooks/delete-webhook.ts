import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceWebhook } from "./announce-webhook.ts";
import { removeWebhook } from "./webhook-repository.ts";

export async function deleteWebhook(ctx: Ctx<"db" | "bus" | "now" | "newId">, webhookId: string): Promise<null> {
  requirePermission(ctx, "webhooks:write");
  await inTransaction(ctx, async (ctx) => {
    const url = await removeWebhook(ctx.db, ctx.actor.workspaceId, webhookId);
    if (url === undefined) throw notFound("webhook");
    await recordAudit(ctx, { action: "webhook.deleted", subject: webhookId, detail: { url } });
  });
  announceWebhook(ctx, webhookId);
  return null;
}
