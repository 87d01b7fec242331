import type { BackupPlaceKind } from "@crew/contracts/backups";
import { AppError } from "../app-error.ts";
import type { Db } from "../system.ts";
import { findPlan } from "./backup-repository.ts";

/** Throws `conflict` where no process would do what is asked for. */
export async function requirePlan(db: Db): Promise<{ place: BackupPlaceKind }> {
  const plan = await findPlan(db);
  if (plan) return plan;
  throw new AppError(
    "conflict",
    "No process makes backups here. Set CREW_BACKUP_DIR or CREW_BACKUP_S3_URL for the one that is to, and see that it runs.",
  );
}
