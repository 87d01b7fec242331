import type { Trigger, UpdateTrigger } from "@crew/contracts/triggers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { inTransaction } from "../in-transaction.ts";
import { actsFor } from "../runs/standing-actor.ts";
import type { Ctx } from "../system.ts";
import { announceTrigger } from "./announce-trigger.ts";
import { requireMappedInputs } from "./require-mapped-inputs.ts";
import { shownTrigger } from "./shown-trigger.ts";
import { findTrigger, lockTrigger, updateTriggerRow } from "./trigger-repository.ts";

/** Whoever says what it does, or switches it on, is the one for whom it acts from now on; to switch it off is not that. */
export async function updateTrigger(
  ctx: Ctx<"db" | "statements" | "bus" | "installation" | "now" | "newId">,
  triggerId: string,
  change: UpdateTrigger,
): Promise<Trigger> {
  requirePermission(ctx, "triggers:write");
  const { workspaceId } = ctx.actor;
  const known = await findTrigger(ctx.db, workspaceId, triggerId);
  if (!known) throw notFound("trigger");
  const onlySwitchesOff = Object.keys(change).every((name) => name === "isEnabled") && change.isEnabled !== true;
  if (!onlySwitchesOff) await requireCrewPermission(ctx, "run", () => known.crewId);
  const trigger = await inTransaction(ctx, async (ctx) => {
    const before = await lockTrigger(ctx.db, workspaceId, triggerId);
    if (!before) throw notFound("trigger");
    if (!onlySwitchesOff) {
      const crew = await loadCrewVersion(ctx.db, workspaceId, before.crewId);
      if (!crew) throw notFound("crew");
      requireMappedInputs(crew.placeholders, change.mapping ?? before.mapping);
    }
    const taken = onlySwitchesOff ? {} : actsFor(ctx.actor);
    await updateTriggerRow(ctx.db, triggerId, { ...change, ...taken, updatedAt: ctx.now().toISOString() });
    await recordAudit(ctx, { action: "trigger.updated", subject: triggerId, detail: { changed: Object.keys(change) } });
    return shownTrigger(ctx, triggerId);
  });
  announceTrigger(ctx, triggerId);
  return trigger;
}
