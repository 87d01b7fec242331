import { type CreateWebhook, MAX_WEBHOOKS, type NewWebhook } from "@crew/contracts/webhooks";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { lockDataKeys } from "../secrets/data-key-repository.ts";
import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import type { Ctx } from "../system.ts";
import { announceWebhook } from "./announce-webhook.ts";
import { requirePlainWebhookUrl } from "./require-plain-webhook-url.ts";
import { requireTopics } from "./require-topics.ts";
import { newWebhookSecret } from "./standard-webhook.ts";
import { countWebhooks, insertWebhook, webhookSecretPlace } from "./webhook-repository.ts";

export async function createWebhook(ctx: Ctx<"db" | "bus" | "secrets" | "now" | "newId">, input: CreateWebhook): Promise<NewWebhook> {
  requirePermission(ctx, "webhooks:write");
  requireTopics(ctx, input.events);
  requirePlainWebhookUrl(input.url);
  const made = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // Of two that take the last place at once, one waits and is refused.
    await lockDataKeys(ctx.db, workspaceId);
    if ((await countWebhooks(ctx.db, workspaceId)) >= MAX_WEBHOOKS)
      throw new AppError("conflict", `A workspace has at most ${MAX_WEBHOOKS} webhooks. Delete one first.`);
    const webhook = {
      id: ctx.newId("webhook"),
      ...input,
      isEnabled: true,
      disabledBecause: null,
      failingSince: null,
      createdAt: ctx.now().toISOString(),
    };
    const secret = newWebhookSecret();
    const secretSealed = await sealForWorkspace(ctx, webhookSecretPlace(webhook.id), secret);
    await insertWebhook(ctx.db, { ...webhook, workspaceId, secretSealed });
    await recordAudit(ctx, { action: "webhook.created", subject: webhook.id, detail: { url: input.url, events: input.events } });
    return { ...webhook, secret };
  });
  announceWebhook(ctx, made.id);
  return made;
}
