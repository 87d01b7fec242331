import type { Archives } from "./archives-port.ts";
import {
  failLeftBackups,
  findBackup,
  findDueBackups,
  listWholeBackups,
  removeBackup,
  removeOldFailures,
  savePlan,
} from "./backup-repository.ts";
import { type KeepRule, keptBy } from "./keep-rules.ts";
import { BACKUP_LOCK, type BackupSystem, makeBackup, proveBackup } from "./make-backup.ts";

const FAILURE_DAYS = 90;

export interface BackupPlan {
  everyHours: number;
  keep: readonly KeepRule[];
  /** The same in the operator's words. */
  keepWords: string;
}

/**
 * One round of whoever makes backups: what is due or asked for is made, the newest is verified once a night, and what the
 * rules do not keep goes. Of any number of processes one does it at a time. Returns whether there is more to do at once.
 */
export async function doDueBackups(system: BackupSystem, archives: Archives, plan: BackupPlan): Promise<boolean> {
  const { db, log } = system;
  await savePlan(db, { place: archives.place, everyHours: plan.everyHours, keep: plan.keepWords });
  if (!isAnything(await findDueBackups(db, plan.everyHours))) return false;
  await using lock = await system.locks.hold(...BACKUP_LOCK);
  if (!lock) return false;
  const left = await failLeftBackups(db);
  if (left > 0) log.warn({ backups: left }, "backups were left unfinished by a process that has ended");
  // Another process may have done it in between.
  const { askedId, isDue, verifyId } = await findDueBackups(db, plan.everyHours);
  try {
    if (askedId !== null || isDue) {
      await makeBackup(system, archives, askedId ?? undefined);
      await removeUnkept(system, archives, plan.keep);
      return true;
    }
    const backup = verifyId === null ? undefined : await findBackup(db, verifyId);
    if (backup) await proveBackup(system, archives, backup);
    return backup !== undefined;
  } catch {
    // The row and the log tell; the next round comes.
    return false;
  }
}

const isAnything = ({ askedId, isDue, verifyId }: Awaited<ReturnType<typeof findDueBackups>>) =>
  askedId !== null || isDue || verifyId !== null;

/** Under the lock. The newest that was proven stays, whatever the rules say. */
export async function removeUnkept(system: BackupSystem, archives: Archives, rules: readonly KeepRule[]): Promise<number> {
  const { db, log } = system;
  const whole = (await listWholeBackups(db, archives.place)).map((backup) => ({ ...backup, at: new Date(backup.startedAt) }));
  const kept = keptBy(
    rules,
    whole.map(({ at }) => at),
  );
  const proven = whole.find(({ verifyState }) => verifyState === "verified");
  let removed = 0;
  for (const { id, name, at } of whole) {
    if (kept.has(at) || id === proven?.id) continue;
    await archives.remove(name);
    await removeBackup(db, id);
    removed += 1;
    log.info({ backupId: id, name }, "an old backup was removed");
  }
  await removeOldFailures(db, FAILURE_DAYS);
  return removed;
}
