import type { UpdateWebhook, Webhook } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceWebhook } from "./announce-webhook.ts";
import { requirePlainWebhookUrl } from "./require-plain-webhook-url.ts";
import { requireTopics } from "./require-topics.ts";
import { failPendingDeliveries } from "./webhook-delivery-repository.ts";
import { lockWebhook, updateWebhookRow } from "./webhook-repository.ts";

export async function updateWebhook(ctx: Ctx<"db" | "bus" | "now" | "newId">, webhookId: string, change: UpdateWebhook): Promise<Webhook> {
  requirePermission(ctx, "webhooks:write");
  if (change.url !== undefined) requirePlainWebhookUrl(change.url);
  const webhook = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const kept = await lockWebhook(ctx.db, workspaceId, webhookId);
    if (!kept) throw notFound("webhook");
    // Another address would be told of what this one is told of now.
    requireTopics(ctx, [...kept.events, ...(change.events ?? [])]);
    // Whoever switches it on or off decides anew; what the machine thought of it is over.
    const set = change.isEnabled === undefined ? change : { ...change, disabledBecause: null, failingSince: null };
    const webhook = Object.keys(set).length > 0 ? await updateWebhookRow(ctx.db, workspaceId, webhookId, set) : undefined;
    if (change.isEnabled === false) await failPendingDeliveries(ctx.db, workspaceId, webhookId);
    await recordAudit(ctx, { action: "webhook.updated", subject: webhookId, detail: { ...change } });
    const { secretSealed: _, ...unchanged } = kept;
    return webhook ?? unchanged;
  });
  announceWebhook(ctx, webhookId);
  return webhook;
}
