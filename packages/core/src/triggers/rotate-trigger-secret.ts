import type { NewTrigger } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { databaseNow } from "../schedules/schedule-repository.ts";
import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import type { Ctx } from "../system.ts";
import { newWebhookSecret } from "../webhooks/standard-webhook.ts";
import { shownTrigger } from "./shown-trigger.ts";
import { lockTrigger, triggerSecretPlace, updateTriggerRow } from "./trigger-repository.ts";

/** How long the former secret is good beside the new one. */
const CHANGEOVER_MS = 24 * 60 * 60 * 1000;

export async function rotateTriggerSecret(
  ctx: Ctx<"db" | "secrets" | "installation" | "now" | "newId">,
  triggerId: string,
): Promise<NewTrigger> {
  requirePermission(ctx, "triggers:write");
  return inTransaction(ctx, async (ctx) => {
    const kept = await lockTrigger(ctx.db, ctx.actor.workspaceId, triggerId);
    if (!kept) throw notFound("trigger");
    const secret = newWebhookSecret();
    const secretSealed = await sealForWorkspace(ctx, triggerSecretPlace(triggerId), secret);
    const formerUntil = new Date((await databaseNow(ctx.db)).getTime() + CHANGEOVER_MS).toISOString();
    await updateTriggerRow(ctx.db, triggerId, { secretSealed, formerSecretSealed: kept.secretSealed, formerUntil });
    await recordAudit(ctx, { action: "trigger.secret_rotated", subject: triggerId, detail: { formerUntil } });
    return { ...(await shownTrigger(ctx, triggerId)), secret };
  });
}
