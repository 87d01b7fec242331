import type { Run } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import { queueCrewRun } from "../runs/queue-crew-run.ts";
import type { Ctx } from "../system.ts";
import { announceSchedule } from "./announce-schedule.ts";
import { databaseNow, findSchedule, lockSchedule, updateScheduleRow } from "./schedule-repository.ts";
import { insertTicks } from "./schedule-tick-repository.ts";

/** What its next tick would start, for whoever asks and with their rights; its times stay as they are. */
export async function runScheduleNow(ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">, scheduleId: string): Promise<Run> {
  requirePermission(ctx, "schedules:write");
  const { workspaceId, name: by } = ctx.actor;
  const known = await findSchedule(ctx.db, workspaceId, scheduleId);
  if (!known) throw notFound("schedule");
  await requireCrewPermission(ctx, "run", () => known.crewId);
  const run = await inTransaction(ctx, async (ctx) => {
    const schedule = await lockSchedule(ctx.db, workspaceId, scheduleId);
    if (!schedule) throw notFound("schedule");
    const { crewId, inputs, documents, name } = schedule;
    const run = await queueCrewRun(ctx, crewId, { inputs, documents }, { kind: "schedule", name });
    const now = (await databaseNow(ctx.db)).toISOString();
    await insertTicks(ctx.db, [
      { scheduleId, workspaceId, tickAt: now, outcome: "started", runId: run.id, why: `Started by hand by ${by}.`, decidedAt: now },
    ]);
    await updateScheduleRow(ctx.db, scheduleId, { lastRunId: run.id });
    const detail = { crewId, crewVersion: run.crewVersion, scheduleId };
    await recordAudit(ctx, { action: "run.started", subject: run.id, detail });
    return run;
  });
  ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: run.id });
  announceSchedule(ctx, scheduleId);
  return run;
}
