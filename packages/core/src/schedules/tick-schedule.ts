import { FAILURES_UNTIL_PAUSE, type TickOutcome } from "@crew/contracts/schedules";
import type { Actor } from "../access/actor.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { queueCrewRun } from "../runs/queue-crew-run.ts";
import { requireStandingActor } from "../runs/standing-actor.ts";
import type { DbPool, System } from "../system.ts";
import { latestTicks, nextTick } from "./cron-times.ts";
import { MOST_TOLD, planTicks } from "./plan-ticks.ts";
import { type DueSchedule, isRunOver, type ScheduleRow, takeDueSchedule, updateScheduleRow } from "./schedule-repository.ts";
import { insertTicks, type NewTick } from "./schedule-tick-repository.ts";

export type TickSystem = Pick<System, "db" | "statements" | "bus" | "metrics" | "log" | "now" | "newId">;

/** What was decided of a schedule's due ticks. */
export interface Ticked {
  ticks: { at: string; outcome: TickOutcome; runId: string | null }[];
}

/**
 * Decides every tick of a schedule that is due: the ticks, their runs and the move to the next time are one transaction,
 * so that each tick happens once. `undefined`: another scheduler has it, or it is not due any more.
 */
export async function tickSchedule(system: TickSystem, due: DueSchedule, at?: Date): Promise<Ticked | undefined> {
  const standing = await requireStandingActor(system.statements, due).catch(expectedOnly);
  const ticked = await system.db.transaction(async (transaction) => {
    const db = transaction as unknown as DbPool;
    const taken = await takeDueSchedule(db, due.id, at);
    if (!taken) return undefined;
    const decided = await decideTicks(system, db, { ...taken, standing });
    await insertTicks(db, decided);
    await updateScheduleRow(db, due.id, moved(taken, decided));
    return { ticks: decided.map(({ tickAt, outcome, runId }) => ({ at: tickAt, outcome, runId: runId ?? null })) };
  });
  if (ticked) announceTicks(system, due, ticked);
  return ticked;
}

interface Taken {
  schedule: ScheduleRow;
  now: Date;
}

async function decideTicks(
  system: TickSystem,
  db: DbPool,
  { schedule, now, standing }: Taken & { standing: Actor | AppError },
): Promise<NewTick[]> {
  let isBusy = schedule.overlap === "skip" && !(await isRunOver(db, schedule.lastRunId));
  const decided: NewTick[] = [];
  for (const { at, starts, why } of planTicks(dueTicks(schedule, now), schedule)) {
    const { id: scheduleId, workspaceId } = schedule;
    const tick = { scheduleId, workspaceId, tickAt: at.toISOString(), decidedAt: now.toISOString(), runId: null, why };
    if (!starts) decided.push({ ...tick, outcome: "missed" });
    else if (isBusy) decided.push({ ...tick, outcome: "skipped", why: "The run of an earlier tick was not over." });
    else {
      const begun = standing instanceof AppError ? standing : await startRunOf(system, db, schedule, { actor: standing, at });
      if (begun instanceof AppError) decided.push({ ...tick, outcome: "failed", why: begun.message });
      else decided.push({ ...tick, outcome: "started", runId: begun });
      isBusy = schedule.overlap === "skip" && !(begun instanceof AppError);
    }
  }
  return decided;
}

/** `next_at` is a tick whatever the cron library says now: its zone's rules may have been changed since it was set. */
function dueTicks(schedule: ScheduleRow, now: Date) {
  const dueSince = new Date(schedule.nextAt ?? now);
  const newest = latestTicks(schedule.cron, schedule.timezone, now, MOST_TOLD).filter((at) => at >= dueSince);
  return { ticks: newest.length > 0 ? newest : [dueSince], dueSince, now };
}

/** In a savepoint, so that a start which is refused half-way leaves nothing behind. Returns the run's id. */
async function startRunOf(
  system: TickSystem,
  db: DbPool,
  schedule: ScheduleRow,
  { actor, at }: { actor: Actor; at: Date },
): Promise<string | AppError> {
  const { id: scheduleId, crewId, inputs, documents, name } = schedule;
  const begin = async (inner: DbPool) => {
    const ctx = { ...system, db: inner, actor };
    const run = await queueCrewRun(ctx, crewId, { inputs, documents }, { kind: "schedule", name });
    const detail = { crewId, crewVersion: run.crewVersion, scheduleId, tickAt: at.toISOString() };
    await recordAudit(ctx, { action: "run.started", subject: run.id, detail });
    return run.id;
  };
  return db.transaction((savepoint) => begin(savepoint as unknown as DbPool)).catch(expectedOnly);
}

/** The row afterwards: the next time, or a pause when it has failed too often. */
function moved({ schedule, now }: Taken, decided: readonly NewTick[]): Partial<ScheduleRow> {
  const lastRunId = decided.findLast(({ runId }) => runId)?.runId ?? schedule.lastRunId;
  const failuresInRow = decided.reduce(
    (sum, { outcome }) => (outcome === "failed" ? sum + 1 : outcome === "started" ? 0 : sum),
    schedule.failuresInRow,
  );
  const nextAt = nextTick(schedule.cron, schedule.timezone, now)?.toISOString() ?? null;
  const because =
    failuresInRow >= FAILURES_UNTIL_PAUSE
      ? `${failuresInRow} ticks in a row could not start a run. The last of them: ${decided.at(-1)?.why ?? ""}`
      : nextAt === null
        ? "Its cron names no further time."
        : null;
  if (because === null) return { nextAt, failuresInRow, lastRunId };
  return { nextAt: null, isPaused: true, pausedBecause: because, failuresInRow, lastRunId };
}

/** After the commit. */
function announceTicks(system: TickSystem, { id, workspaceId }: DueSchedule, { ticks }: Ticked): void {
  system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "schedule", id });
  for (const { outcome, runId } of ticks) {
    system.metrics.count("schedule_ticks", { outcome });
    if (runId) system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: runId });
  }
}

function expectedOnly(error: unknown): AppError {
  if (error instanceof AppError) return error;
  throw error;
}
