import type { BackupStatus } from "@crew/contracts/backups";
import type { System } from "../system.ts";
import { findPlan, readBackupAges } from "./backup-repository.ts";
import { countHeldDeliveries, findLastRestore } from "./restore-guard-repository.ts";

/** A backup may take as long again as lies between two. */
const LATE_AFTER = 2;

/** How backups stand, for the operator on the machine and for the console. */
export async function readBackupStatus({ db }: Pick<System, "db">): Promise<BackupStatus> {
  const plan = await findPlan(db);
  const { lastGoodAt, lastVerifiedAt, goodAgeSeconds } = await readBackupAges(db);
  const restore = await findLastRestore(db);
  return {
    isConfigured: plan !== undefined,
    place: plan?.place ?? null,
    everyHours: plan?.everyHours ?? null,
    keep: plan?.keep ?? null,
    lastGoodAt,
    lastVerifiedAt,
    isLate: plan !== undefined && (goodAgeSeconds === null || goodAgeSeconds > plan.everyHours * 3_600 * LATE_AFTER),
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
