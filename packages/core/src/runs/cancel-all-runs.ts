import type { CancelAllRuns } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { cancelAllRunRows } from "./run-repository.ts";

/** The switch that stops a workspace, or one of its crews: runs that nobody holds end here, the workers of the others are told at once. */
export async function cancelAllRuns(
  ctx: Ctx<"db" | "bus" | "now" | "newId">,
  { crewId }: CancelAllRuns,
): Promise<{ ended: number; stopping: number }> {
  requirePermission(ctx, "runs:cancel");
  const { workspaceId, name } = ctx.actor;
  const { ended, stopping } = await inTransaction(ctx, async (ctx) => {
    if (crewId && !(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
    const stopped = await cancelAllRunRows(ctx.db, workspaceId, { crewId, by: name, at: ctx.now().toISOString() });
    const detail = { ended: stopped.ended.length, stopping: stopped.stopping };
    await recordAudit(ctx, { action: "runs.cancelled", subject: crewId ?? workspaceId, detail });
    return stopped;
  });
  for (const runId of ended) {
    ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: runId });
    ctx.bus.publish(`run:${runId}`, { type: "events", fromSeq: 0, toSeq: 0 });
  }
  return { ended: ended.length, stopping };
}
