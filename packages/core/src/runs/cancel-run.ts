import type { Run } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { requireSecondFactor } from "../access/require-second-factor.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrewGrant } from "../crew-grants/crew-grant-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { type CancelOutcome, cancelRunRow, findRun } from "./run-repository.ts";

/** Stops a run: at once when nobody works on it, else as soon as its worker has heard. Stopping an ended run changes nothing. */
export async function cancelRun(ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">, runId: string): Promise<Run> {
  if (!(await isOwnGrantedRun(ctx, runId))) requirePermission(ctx, "runs:cancel");
  await requestCancel(ctx, runId);
  return getRun(ctx, runId);
}

/** Who was let run a crew may stop, and steer, what they started themselves. */
export async function isOwnGrantedRun(ctx: Ctx<"statements">, runId: string): Promise<boolean> {
  const { actor } = ctx;
  if (actor.permissions.includes("runs:cancel") || actor.kind !== "user") return false;
  const run = await findRun(ctx.statements, actor.workspaceId, runId);
  if (!run?.crewId || run.startedBy.userId !== actor.userId) return false;
  requireSecondFactor(actor);
  return (await findCrewGrant(ctx.statements, actor, run.crewId)).includes("run");
}

/** The same for a verb that has checked its own permission, such as stopping a conversation's answer. */
export async function requestCancel(ctx: Ctx<"db" | "bus" | "now" | "newId">, runId: string): Promise<void> {
  tellCancel(ctx, runId, await inTransaction(ctx, (ctx) => writeCancel(ctx, runId)));
}

/** One part of the caller's transaction, which has asked whether the actor may; `tellCancel` belongs after it. */
export async function writeCancel(ctx: Ctx<"db" | "now" | "newId">, runId: string): Promise<CancelOutcome> {
  const outcome = await cancelRunRow(ctx.db, ctx.actor.workspaceId, runId, ctx.actor.name, ctx.now().toISOString());
  if (!outcome) throw notFound("run");
  if (outcome !== "was_terminal") await recordAudit(ctx, { action: "run.cancelled", subject: runId });
  return outcome;
}

export function tellCancel(ctx: Ctx<"bus">, runId: string, outcome: CancelOutcome): void {
  if (outcome !== "ended") return;
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id: runId });
  // What it had asked is asked no more.
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "approval", id: runId });
  // Readers of the run find its last event by reading the rows.
  ctx.bus.publish(`run:${runId}`, { type: "events", fromSeq: 0, toSeq: 0 });
}
