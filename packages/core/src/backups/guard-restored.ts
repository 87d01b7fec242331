import { dispatchWithin } from "../outbox/dispatch-repository.ts";
import { latestTicks, nextTick } from "../schedules/cron-times.ts";
import { MOST_TOLD } from "../schedules/plan-ticks.ts";
import { updateScheduleRow } from "../schedules/schedule-repository.ts";
import { insertTicks } from "../schedules/schedule-tick-repository.ts";
import type { Db } from "../system.ts";
import {
  auditRestore,
  holdDeliveries,
  insertRestore,
  listSchedulesDueBy,
  markRestoredRuns,
  raiseReadMarks,
  settleBackupRows,
} from "./restore-guard-repository.ts";

export interface RestoredBackup {
  backupId: string;
  snapshotAt: string;
  endedAt: string;
  tables: number;
  rows: number;
}

export interface Guarded {
  restoredAt: string;
  /** Runs that go on, and ask a person before each unsafe call. */
  runs: number;
  heldDeliveries: number;
  /** Due times that were passed over. */
  ticks: number;
}

/**
 * In the transaction that brings the rows of a backup: nothing may happen a second time that can have happened after its
 * moment. Runs that had not ended ask a person before each unsafe call, deliveries are held, and ticks that were due since
 * are told as missed.
 */
export async function guardRestored(db: Db, backup: RestoredBackup): Promise<Guarded> {
  const { backupId, snapshotAt } = backup;
  const restoredAt = await insertRestore(db, { backupId, snapshotAt });
  const runs = await markRestoredRuns(db, snapshotAt);
  // Events become deliveries before these are held, so that all that waits is one list.
  while ((await dispatchWithin(db)) > 0);
  const heldDeliveries = await holdDeliveries(db);
  const ticks = await passOverTicks(db, snapshotAt, restoredAt);
  await settleBackupRows(db, backup);
  await raiseReadMarks(db);
  await auditRestore(db, { backupId, snapshotAt, restoredAt });
  return { restoredAt, runs, heldDeliveries, ticks };
}

/** Whatever a schedule says of missed ticks: the installation that was saved may have started these. */
async function passOverTicks(db: Db, snapshotAt: string, restoredAt: string): Promise<number> {
  const until = new Date(restoredAt);
  const why = `Restored from a backup of ${snapshotAt}: whether this tick had its run before is not known here, so it was not started.`;
  let passed = 0;
  for (const { id, workspaceId, dueSince, cron, timezone } of await listSchedulesDueBy(db, restoredAt)) {
    const known = latestTicks(cron, timezone, until, MOST_TOLD).filter((at) => at >= dueSince);
    const ticks = known.length > 0 ? known : [dueSince];
    const missed = ticks.map((at) => ({
      scheduleId: id,
      workspaceId,
      tickAt: at.toISOString(),
      outcome: "missed" as const,
      why,
      decidedAt: restoredAt,
    }));
    await insertTicks(db, missed);
    const nextAt = nextTick(cron, timezone, until)?.toISOString() ?? null;
    await updateScheduleRow(
      db,
      id,
      nextAt === null ? { nextAt, isPaused: true, pausedBecause: "Its cron names no further time." } : { nextAt },
    );
    passed += missed.length;
  }
  return passed;
}
