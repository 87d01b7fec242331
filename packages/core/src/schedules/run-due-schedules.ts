import type { DbPool } from "../system.ts";
import { nextTick } from "./cron-times.ts";
import { type DueSchedule, listNextDue, takeDueSchedule, updateScheduleRow } from "./schedule-repository.ts";
import { insertTicks } from "./schedule-tick-repository.ts";
import { type Ticked, type TickSystem, tickSchedule } from "./tick-schedule.ts";

/** Looked at in one round, so that a burst of due schedules is shared by all workers. */
const AT_ONCE = 20;
/** Faults of ours with one tick, a round apart, before it is told as failed and the schedule goes on. */
const MOST_FAULTS = 3;

export interface Round {
  ticked: Ticked[];
  /** Until the next one is due, as far as is known; 0: there is more to do at once. */
  nextInMs: number | null;
}

/** One scheduler of any number: `faults` is what it remembers between rounds. `at`: another time than the database's, for tests. */
export async function runDueSchedules(system: TickSystem, faults: Map<string, number>, at?: Date): Promise<Round> {
  const next = await listNextDue(system.statements, at, AT_ONCE);
  const due = next.filter(({ dueInMs }) => dueInMs <= 0);
  const ticked: Ticked[] = [];
  let isFaulty = false;
  for (const one of due) {
    try {
      const done = await tickSchedule(system, one, at);
      if (done) ticked.push(done);
      faults.delete(one.id);
    } catch (error) {
      isFaulty = true;
      await noteFault(system, faults, one, { error, at });
    }
  }
  if (due.length === AT_ONCE && ticked.length > 0 && !isFaulty) return { ticked, nextInMs: 0 };
  return { ticked, nextInMs: next.find(({ dueInMs }) => dueInMs > 0)?.dueInMs ?? null };
}

async function noteFault(
  system: TickSystem,
  faults: Map<string, number>,
  due: DueSchedule,
  { error, at }: { error: unknown; at: Date | undefined },
): Promise<void> {
  const count = (faults.get(due.id) ?? 0) + 1;
  system.log.error({ err: error, scheduleId: due.id, count }, "a tick of a schedule failed");
  if (count < MOST_FAULTS) {
    faults.set(due.id, count);
    return;
  }
  faults.delete(due.id);
  await passOver(system, due, at);
}

/** The tick that our own code cannot do is told, and the schedule goes on. */
async function passOver(system: TickSystem, due: DueSchedule, at: Date | undefined): Promise<void> {
  await system.db.transaction(async (transaction) => {
    const db = transaction as unknown as DbPool;
    const taken = await takeDueSchedule(db, due.id, at);
    if (!taken?.schedule.nextAt) return;
    const { schedule, now } = taken;
    const tick = { scheduleId: due.id, workspaceId: due.workspaceId, tickAt: schedule.nextAt ?? now.toISOString() };
    await insertTicks(db, [
      { ...tick, outcome: "failed", why: "A fault of the platform; its log has the details.", decidedAt: now.toISOString() },
    ]);
    const nextAt = nextTick(schedule.cron, schedule.timezone, now)?.toISOString() ?? null;
    await updateScheduleRow(db, due.id, { nextAt, isPaused: nextAt === null, failuresInRow: schedule.failuresInRow + 1 });
  });
}
