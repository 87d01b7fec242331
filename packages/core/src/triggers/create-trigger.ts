import { type CreateTrigger, MAX_TRIGGERS, type NewTrigger } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { inTransaction } from "../in-transaction.ts";
import { actsFor } from "../runs/standing-actor.ts";
import { lockDataKeys } from "../secrets/data-key-repository.ts";
import { sealForWorkspace } from "../secrets/seal-for-workspace.ts";
import type { Ctx } from "../system.ts";
import { newWebhookSecret } from "../webhooks/standard-webhook.ts";
import { announceTrigger } from "./announce-trigger.ts";
import { requireMappedInputs } from "./require-mapped-inputs.ts";
import { shownTrigger } from "./shown-trigger.ts";
import { countTriggers, insertTrigger, triggerSecretPlace } from "./trigger-repository.ts";

export async function createTrigger(
  ctx: Ctx<"db" | "statements" | "bus" | "secrets" | "installation" | "now" | "newId">,
  { crewId, ...input }: CreateTrigger,
): Promise<NewTrigger> {
  requirePermission(ctx, "triggers:write");
  await requireCrewPermission(ctx, "run", () => crewId);
  const created = await inTransaction(ctx, async (ctx) => {
    const { workspaceId, userId, name } = ctx.actor;
    const crew = await loadCrewVersion(ctx.db, workspaceId, crewId);
    if (!crew) throw notFound("crew");
    requireMappedInputs(crew.placeholders, input.mapping);
    // Of two that take the last place at once, one waits and is refused.
    await lockDataKeys(ctx.db, workspaceId);
    if ((await countTriggers(ctx.db, workspaceId)) >= MAX_TRIGGERS)
      throw new AppError("conflict", `A workspace has at most ${MAX_TRIGGERS} triggers. Delete one first.`);
    const id = ctx.newId("trigger");
    const secret = newWebhookSecret();
    const secretSealed = await sealForWorkspace(ctx, triggerSecretPlace(id), secret);
    const createdAt = ctx.now().toISOString();
    const createdBy = { userId, name };
    const row = { id, workspaceId, crewId, ...input, secretSealed, createdBy, ...actsFor(ctx.actor), createdAt, updatedAt: createdAt };
    await insertTrigger(ctx.db, row);
    await recordAudit(ctx, { action: "trigger.created", subject: id, detail: { name: input.name, crewId } });
    return { ...(await shownTrigger(ctx, id)), secret };
  });
  announceTrigger(ctx, created.id);
  return created;
}
