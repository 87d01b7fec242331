import { type CreateSchedule, MAX_SCHEDULES, type Schedule } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { inTransaction } from "../in-transaction.ts";
import { refuseMissingInputs } from "../runs/queue-crew-run.ts";
import { actsFor } from "../runs/standing-actor.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { announceSchedule } from "./announce-schedule.ts";
import { nextTick, requireCron } from "./cron-times.ts";
import { countSchedules, databaseNow, findSchedule, insertSchedule } from "./schedule-repository.ts";

export async function createSchedule(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  { crewId, isPaused, ...input }: CreateSchedule,
): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  await requireCrewPermission(ctx, "run", () => crewId);
  requireCron(input.cron);
  const schedule = await inTransaction(ctx, async (ctx) => {
    const { workspaceId, userId, name } = ctx.actor;
    const crew = await loadCrewVersion(ctx.db, workspaceId, crewId);
    if (!crew) throw notFound("crew");
    refuseMissingInputs(crew.placeholders, input.inputs);
    // Of two that take the last place at once, one waits and is refused.
    await lockWorkspace(ctx.db, workspaceId);
    if ((await countSchedules(ctx.db, workspaceId)) >= MAX_SCHEDULES)
      throw new AppError("conflict", `A workspace has at most ${MAX_SCHEDULES} schedules. Delete one first.`);
    const now = await databaseNow(ctx.db);
    const id = ctx.newId("schedule");
    await insertSchedule(ctx.db, {
      id,
      workspaceId,
      crewId,
      ...input,
      isPaused,
      nextAt: isPaused ? null : (nextTick(input.cron, input.timezone, now)?.toISOString() ?? null),
      createdBy: { userId, name },
      ...actsFor(ctx.actor),
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
    });
    const detail = { name: input.name, crewId, cron: input.cron, timezone: input.timezone };
    await recordAudit(ctx, { action: "schedule.created", subject: id, detail });
    const created = await findSchedule(ctx.db, workspaceId, id);
    if (!created) throw new Error("a row that was inserted is found");
    return created;
  });
  announceSchedule(ctx, schedule.id);
  return schedule;
}
