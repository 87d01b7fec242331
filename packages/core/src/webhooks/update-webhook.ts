import type { UpdateWebhook, Webhook } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { requirePlainWebhookUrl } from "./require-plain-webhook-url.ts";
import { updateWebhookRow } from "./webhook-repository.ts";

export async function updateWebhook(ctx: Ctx<"db" | "now" | "newId">, webhookId: string, change: UpdateWebhook): Promise<Webhook> {
  requirePermission(ctx, "security:write");
  if (change.url !== undefined) requirePlainWebhookUrl(change.url);
  return inTransaction(ctx, async (ctx) => {
    // Whoever switches it on or off decides anew; the reason of the machine is over.
    const set = change.isEnabled === undefined ? change : { ...change, disabledBecause: null };
    const webhook = Object.keys(set).length > 0 && (await updateWebhookRow(ctx.db, ctx.actor.workspaceId, webhookId, set));
    if (!webhook) throw notFound("webhook");
    await recordAudit(ctx, { action: "webhook.updated", subject: webhookId, detail: { ...change } });
    return webhook;
  });
}
