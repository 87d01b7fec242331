import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { reopenDelivery } from "./webhook-delivery-repository.ts";

/** The message keeps its id, so that a receiver that has it already can tell. */
export async function redeliverWebhook(ctx: Ctx<"db" | "now" | "newId">, deliveryId: string): Promise<WebhookDelivery> {
  requirePermission(ctx, "webhooks:write");
  return inTransaction(ctx, async (ctx) => {
    const delivery = await reopenDelivery(ctx.db, ctx.actor.workspaceId, deliveryId);
    if (!delivery) throw notFound("delivery that has ended");
    await recordAudit(ctx, { action: "webhook.redelivered", subject: delivery.webhookId, detail: { deliveryId } });
    return delivery;
  });
}
