import type { Schedule, UpdateSchedule } from "@crew/contracts/schedules";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { loadCrewVersion } from "../crews/load-crew-version.ts";
import { inTransaction } from "../in-transaction.ts";
import { refuseMissingInputs } from "../runs/queue-crew-run.ts";
import { actsFor } from "../runs/standing-actor.ts";
import type { Ctx } from "../system.ts";
import { announceSchedule } from "./announce-schedule.ts";
import { nextTick, requireCron } from "./cron-times.ts";
import { databaseNow, findSchedule, lockSchedule, type ScheduleRow, updateScheduleRow } from "./schedule-repository.ts";

/**
 * Whoever says what it does, or lets it go on, is the one for whom it acts from now on: nobody's rights are lent to
 * somebody else's inputs. To pause it needs no right on the crew and changes nothing else.
 */
export async function updateSchedule(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  scheduleId: string,
  change: UpdateSchedule,
): Promise<Schedule> {
  requirePermission(ctx, "schedules:write");
  const { workspaceId } = ctx.actor;
  const known = await findSchedule(ctx.db, workspaceId, scheduleId);
  if (!known) throw notFound("schedule");
  const onlyPauses = Object.keys(change).every((name) => name === "isPaused") && change.isPaused !== false;
  if (!onlyPauses) await requireCrewPermission(ctx, "run", () => known.crewId);
  if (change.cron !== undefined) requireCron(change.cron);
  const schedule = await inTransaction(ctx, async (ctx) => {
    const before = await lockSchedule(ctx.db, workspaceId, scheduleId);
    if (!before) throw notFound("schedule");
    if (!onlyPauses) {
      const crew = await loadCrewVersion(ctx.db, workspaceId, before.crewId);
      if (!crew) throw notFound("crew");
      refuseMissingInputs(crew.placeholders, change.inputs ?? before.inputs);
    }
    const now = await databaseNow(ctx.db);
    const taken = onlyPauses ? {} : actsFor(ctx.actor);
    await updateScheduleRow(ctx.db, scheduleId, { ...change, ...pace(before, change, now), ...taken, updatedAt: now.toISOString() });
    const { inputs: _, documents: __, ...told } = change;
    await recordAudit(ctx, { action: "schedule.updated", subject: scheduleId, detail: { ...told, changed: Object.keys(change) } });
    const changed = await findSchedule(ctx.db, workspaceId, scheduleId);
    if (!changed) throw new Error("a row that is locked is found");
    return changed;
  });
  announceSchedule(ctx, scheduleId);
  return schedule;
}

/** What the change does to its next time. Ticks that fell into a pause are not missed: nobody wanted them. */
function pace(before: ScheduleRow, change: UpdateSchedule, now: Date): Partial<ScheduleRow> {
  const isPaused = change.isPaused ?? before.isPaused;
  if (isPaused) return { isPaused, nextAt: null };
  const { cron = before.cron, timezone = before.timezone } = change;
  const keepsTime = !before.isPaused && cron === before.cron && timezone === before.timezone;
  const nextAt = keepsTime ? before.nextAt : (nextTick(cron, timezone, now)?.toISOString() ?? null);
  return { isPaused, nextAt, pausedBecause: null, failuresInRow: 0 };
}
