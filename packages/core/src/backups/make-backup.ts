import type { Backup } from "@crew/contracts/backups";
import type { System } from "../system.ts";
import { type Archives, CannotVerify } from "./archives-port.ts";
import { endBackup, findBackup, insertBackup, noteVerified, updateBackup } from "./backup-repository.ts";

export type BackupSystem = Pick<System, "db" | "locks" | "log" | "now" | "newId">;

/** Class of the advisory lock that everything about archives is done under, one at a time in the whole installation. */
export const BACKUP_LOCK = [25_001, 1] as const;

const MAX_PROBLEM_CHARACTERS = 2_000;

/** Under the lock. The row tells what became of it, also when it fails, which is thrown as well. `askedId`: somebody's wish. */
export async function makeBackup(system: BackupSystem, archives: Archives, askedId?: string): Promise<Backup> {
  const { db, log } = system;
  const id = askedId ?? system.newId("backup");
  const asked = askedId === undefined ? undefined : await findBackup(db, askedId);
  const name = archives.nameOf(system.now(), id);
  if (asked)
    await updateBackup(db, id, { takenAt: system.now().toISOString(), startedAt: system.now().toISOString(), place: archives.place, name });
  else await insertBackup(db, { id, place: archives.place, name }, { isTaken: true });
  try {
    const written = await archives.create(name, id);
    await endBackup(db, id, { ...written, state: "complete" });
    log.info({ backupId: id, name, ...written }, "a backup was made");
  } catch (error) {
    await endBackup(db, id, { state: "failed", problem: problemOf(error) });
    log.error({ err: error, backupId: id, name }, "a backup failed");
    throw error;
  }
  return requireRow(await findBackup(db, id));
}

/** Under the lock: restores it elsewhere and compares. Returns what was found; throws when it is not whole. */
export async function proveBackup(system: BackupSystem, archives: Archives, backup: Pick<Backup, "id" | "name">) {
  const { db, log } = system;
  try {
    const figures = await archives.verify(backup.name);
    await noteVerified(db, backup.id, { verifyState: "verified", problem: null });
    log.info({ backupId: backup.id, name: backup.name, ...figures }, "a backup was restored elsewhere, and is whole");
    return figures;
  } catch (error) {
    const verifyState = error instanceof CannotVerify ? "unverified" : "failed";
    await noteVerified(db, backup.id, { verifyState, problem: problemOf(error) });
    log.error({ err: error, backupId: backup.id, name: backup.name }, "a backup could not be restored");
    throw error;
  }
}

/** One that was proven by hand; nothing where this installation has no row of it. */
export async function noteProven({ db }: Pick<System, "db">, backupId: string): Promise<void> {
  await noteVerified(db, backupId, { verifyState: "verified", problem: null });
}

const problemOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, MAX_PROBLEM_CHARACTERS);

function requireRow(backup: Backup | undefined): Backup {
  if (!backup) throw new Error("a backup that was made has its row");
  return backup;
}
