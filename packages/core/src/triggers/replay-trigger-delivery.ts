import type { TriggerDelivery } from "@crew/contracts/triggers";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import { requireStandingActor } from "../runs/standing-actor.ts";
import type { Ctx } from "../system.ts";
import { announceEvent, decideEvent, expectedOnly } from "./take-event.ts";
import { findDelivery, lockDelivery } from "./trigger-delivery-repository.ts";
import { findListeningTrigger } from "./trigger-repository.ts";

type Needs = "db" | "statements" | "bus" | "metrics" | "now" | "newId";

/** With the mapping, the crew and the rights of this moment. What has started a run is not started again. */
export async function replayTriggerDelivery(ctx: Ctx<Needs>, deliveryId: string): Promise<TriggerDelivery> {
  requirePermission(ctx, "triggers:write");
  const { workspaceId } = ctx.actor;
  const known = await findDelivery(ctx.db, workspaceId, deliveryId);
  const trigger = known && (await findListeningTrigger(ctx.statements, known.triggerId));
  if (!trigger) throw notFound("delivery");
  await requireCrewPermission(ctx, "run", () => trigger.crewId);
  const standing = await requireStandingActor(acrossWorkspaces(ctx).statements, trigger).catch(expectedOnly);
  const { request: _, ...system } = ctx;
  const { taken, delivery } = await inTransaction(ctx, async (ctx) => {
    const row = await lockDelivery(ctx.db, workspaceId, deliveryId);
    if (!row) throw notFound("delivery");
    if (row.state === "started") throw new AppError("conflict", "This event has started a run already, and an event starts one run.");
    const taken = await decideEvent(system, ctx.db, { trigger, row, standing });
    await recordAudit(ctx, { action: "trigger.replayed", subject: deliveryId, detail: { triggerId: trigger.id, state: taken.state } });
    const delivery = await findDelivery(ctx.db, workspaceId, deliveryId);
    if (!delivery) throw new Error("a row that is locked is found");
    return { taken, delivery };
  });
  announceEvent(ctx, trigger, taken);
  return delivery;
}
