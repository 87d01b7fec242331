import type { NewWebhook } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import type { Ctx } from "../system.ts";
import { requireTopics } from "./require-topics.ts";
import { newWebhookSecret } from "./standard-webhook.ts";
import { lockWebhook, updateWebhookRow, webhookSecretPlace } from "./webhook-repository.ts";

/** How long the former secret signs beside the new one. */
const CHANGEOVER_MS = 24 * 60 * 60 * 1000;

export async function rotateWebhookSecret(ctx: Ctx<"db" | "secrets" | "now" | "newId">, webhookId: string): Promise<NewWebhook> {
  requirePermission(ctx, "webhooks:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const kept = await lockWebhook(ctx.db, workspaceId, webhookId);
    if (!kept) throw notFound("webhook");
    requireTopics(ctx, kept.events);
    const { secretSealed: formerSecretSealed, ...webhook } = kept;
    const secret = newWebhookSecret();
    const secretSealed = await sealForWorkspace(ctx, webhookSecretPlace(webhookId), secret);
    const formerUntil = new Date(ctx.now().getTime() + CHANGEOVER_MS).toISOString();
    await updateWebhookRow(ctx.db, workspaceId, webhookId, { secretSealed, formerSecretSealed, formerUntil });
    await recordAudit(ctx, { action: "webhook.secret_rotated", subject: webhookId, detail: { formerUntil } });
    return { ...webhook, secret };
  });
}
