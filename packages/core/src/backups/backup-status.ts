import type { BackupStatus } from "@crew/contracts/backups";
import type { System } from "../system.ts";
import { findPlan, readBackupAges } from "./backup-repository.ts";
import { findPhysicalStanding } from "./physical-repository.ts";
import { countHeldDeliveries, findLastRestore } from "./restore-guard-repository.ts";

/** A backup may take as long again as lies between two. */
const LATE_AFTER = 2;
/** A base a day, and two hours for taking it; WAL within the minute of `archive_timeout`, or many of them. As the alerts have it. */
const BASE_LATE_SECONDS = 26 * 3_600;
const ARCHIVE_LATE_SECONDS = 15 * 60;

/** How backups stand, for the operator on the machine and for the console. */
export async function readBackupStatus({ db }: Pick<System, "db">): Promise<BackupStatus> {
  const plan = await findPlan(db);
  const { lastGoodAt, lastVerifiedAt, goodAgeSeconds } = await readBackupAges(db);
  const physical = await findPhysicalStanding(db);
  const restore = await findLastRestore(db);
  return {
    isConfigured: plan !== undefined,
    place: plan?.place ?? null,
    everyHours: plan?.everyHours ?? null,
    keep: plan?.keep ?? null,
    lastGoodAt,
    lastVerifiedAt,
    isLate: plan !== undefined && (goodAgeSeconds === null || goodAgeSeconds > plan.everyHours * 3_600 * LATE_AFTER),
    physical: physical
      ? {
          lastBaseAt: physical.goodAt,
          lastArchivedAt: physical.lastArchivedAt,
          isLate: (physical.goodAgeSeconds ?? Infinity) > BASE_LATE_SECONDS || physical.archiveAgeSeconds > ARCHIVE_LATE_SECONDS,
          problem: physical.problem,
          failedWal: physical.failedWal,
        }
      : null,
    restored: restore
      ? {
          snapshotAt: restore.snapshotAt,
          restoredAt: restore.restoredAt,
          releasedAt: restore.releasedAt,
          heldDeliveries: await countHeldDeliveries(db),
        }
      : null,
  };
}
