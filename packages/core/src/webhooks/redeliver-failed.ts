import type { RedeliverFailed } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { reopenFailedDeliveries } from "./webhook-delivery-repository.ts";
import { findWebhook } from "./webhook-repository.ts";

/** After a receiver's outage: what was given up since goes out again, each under its own id. */
export async function redeliverFailed(
  ctx: Ctx<"db" | "now" | "newId">,
  webhookId: string,
  { since }: RedeliverFailed,
): Promise<{ count: number }> {
  requirePermission(ctx, "webhooks:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const webhook = await findWebhook(ctx.db, workspaceId, webhookId);
    if (!webhook) throw notFound("webhook");
    if (!webhook.isEnabled) throw new AppError("conflict", "The webhook is switched off. Switch it on first.");
    const count = await reopenFailedDeliveries(ctx.db, workspaceId, webhookId, since);
    await recordAudit(ctx, { action: "webhook.redelivered", subject: webhookId, detail: { since, count } });
    return { count };
  });
}
