import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { insertDelivery } from "./webhook-delivery-repository.ts";
import { findWebhook } from "./webhook-repository.ts";

/** Sends `webhook.test` on the way that every event takes. */
export async function testWebhook(ctx: Ctx<"db" | "now" | "newId">, webhookId: string): Promise<WebhookDelivery> {
  requirePermission(ctx, "webhooks:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const webhook = await findWebhook(ctx.db, workspaceId, webhookId);
    if (!webhook) throw notFound("webhook");
    if (!webhook.isEnabled) throw new AppError("conflict", "The webhook is switched off. Switch it on first.");
    const id = ctx.newId("delivery");
    const createdAt = ctx.now().toISOString();
    const payload = { message: "This is a test." };
    const delivery = await insertDelivery(ctx.db, { id, workspaceId, webhookId, type: "webhook.test", payload, createdAt });
    await recordAudit(ctx, { action: "webhook.tested", subject: webhookId });
    return delivery;
  });
}
