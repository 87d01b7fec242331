import type { Backup, BackupPlaceKind } from "@crew/contracts/backups";
import { typeIdFromUuid } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import { backupPlansTable as plans } from "@crew/db/backup-plans-table";
import { backupsTable as backups } from "@crew/db/backups-table";
import { and, asc, desc, eq, isNotNull, isNull, lt, ne, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

const now = sql`now()` as unknown as string;

const shown = {
  id: backups.id,
  kind: backups.kind,
  state: backups.state,
  startedAt: backups.startedAt,
  endedAt: backups.endedAt,
  snapshotAt: backups.snapshotAt,
  sizeBytes: backups.sizeBytes,
  place: backups.place,
  name: backups.name,
  tables: backups.tables,
  rows: backups.rows,
  keyId: backups.keyId,
  verifiedAt: backups.verifiedAt,
  verifyState: backups.verifyState,
  problem: backups.problem,
};

/** Made for the place that is set, not put somewhere by hand: of that one the path is the name. */
const isAtPlace = sql`(kind = 'logical' AND starts_with(name, 'crew-'))`;

type BackupRow = typeof backups.$inferSelect;

export async function listBackupPage(db: Db, page: PageQuery): Promise<Page<Backup>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select(shown)
    .from(backups)
    .where(after === undefined ? undefined : lt(backups.id, after))
    .orderBy(desc(backups.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

export async function findBackup(db: Db, id: string): Promise<Backup | undefined> {
  const [row] = await db.select(shown).from(backups).where(eq(backups.id, id));
  return row;
}

/** `isTaken`: this process begins with it; otherwise somebody asks for it. */
export async function insertBackup(
  db: Db,
  backup: { id: string; place: BackupPlaceKind; name: string },
  { isTaken }: { isTaken: boolean },
): Promise<Backup> {
  const [row] = await db
    .insert(backups)
    .values({ ...backup, kind: "logical", state: "running", startedAt: now, takenAt: isTaken ? now : null })
    .returning(shown);
  if (!row) throw new Error("a row that was inserted is returned");
  return row;
}

export async function updateBackup(db: Db, id: string, change: Partial<BackupRow>): Promise<void> {
  await db.update(backups).set(change).where(eq(backups.id, id));
}

export async function endBackup(db: Db, id: string, change: Partial<BackupRow>): Promise<void> {
  await updateBackup(db, id, { ...change, endedAt: now });
}

export async function noteVerified(db: Db, id: string, change: Pick<BackupRow, "verifyState" | "problem">): Promise<void> {
  await updateBackup(db, id, { ...change, verifiedAt: now, verifyAskedAt: null });
}

export async function askToVerify(db: Db, id: string): Promise<Backup | undefined> {
  const [row] = await db
    .update(backups)
    .set({ verifyAskedAt: now })
    .where(and(eq(backups.id, id), eq(backups.state, "complete")))
    .returning(shown);
  return row;
}

/** Whose process is gone: who calls this holds the lock, so nobody is at work. */
export async function failLeftBackups(db: Db): Promise<number> {
  const left = await db
    .update(backups)
    .set({ state: "failed", endedAt: now, problem: "The process that made it was ended before it was whole." })
    .where(and(eq(backups.state, "running"), isNotNull(backups.takenAt)))
    .returning({ id: backups.id });
  return left.length;
}

export interface DueBackups {
  /** The oldest that somebody has asked for. */
  askedId: string | null;
  isDue: boolean;
  /** The one to be verified next: what was asked for, or the newest, once a night. */
  verifyId: string | null;
}

/** By the database's clock. After a failure the next try comes a quarter of an hour later. */
export async function findDueBackups(db: Db, everyHours: number | null): Promise<DueBackups> {
  const { rows } = await db.execute<{ asked: string | null; due: boolean; verify: string | null }>(sql`SELECT
    (SELECT id FROM backups WHERE state = 'running' AND taken_at IS NULL ORDER BY id LIMIT 1) AS asked,
    ${everyHours}::float8 IS NOT NULL
      AND NOT EXISTS (SELECT FROM backups WHERE state = 'complete' AND ${isAtPlace} AND started_at > now() - make_interval(secs => ${everyHours}::float8 * 3600))
      AND NOT EXISTS (SELECT FROM backups WHERE coalesce(ended_at, started_at) > now() - interval '15 minutes' AND state <> 'complete') AS due,
    coalesce(
      (SELECT id FROM backups WHERE verify_asked_at IS NOT NULL AND state = 'complete' ORDER BY verify_asked_at LIMIT 1),
      (SELECT id FROM (SELECT id, verify_state FROM backups WHERE state = 'complete' AND ${isAtPlace} ORDER BY id DESC LIMIT 1) newest
       WHERE verify_state = 'unverified' AND ${everyHours}::float8 IS NOT NULL
         AND NOT EXISTS (SELECT FROM backups WHERE verified_at > now() - interval '20 hours'))) AS verify`);
  const [row] = rows;
  const asId = (uuid: string | null | undefined) => (uuid ? typeIdFromUuid("backup", uuid) : null);
  return { askedId: asId(row?.asked), isDue: row?.due ?? false, verifyId: asId(row?.verify) };
}

/** Whole ones at a place, the newest first. */
export async function listWholeBackups(db: Db, place: BackupPlaceKind) {
  return db
    .select({ id: backups.id, name: backups.name, startedAt: backups.startedAt, verifyState: backups.verifyState })
    .from(backups)
    .where(and(eq(backups.state, "complete"), isAtPlace, eq(backups.place, place)))
    .orderBy(desc(backups.id));
}

export async function removeBackup(db: Db, id: string): Promise<void> {
  await db.delete(backups).where(eq(backups.id, id));
}

export async function removeOldFailures(db: Db, days: number): Promise<void> {
  await db.delete(backups).where(and(eq(backups.state, "failed"), lt(backups.startedAt, sql`now() - make_interval(days => ${days})`)));
}

export async function savePlan(db: Db, plan: { place: BackupPlaceKind; everyHours: number; keep: string }): Promise<void> {
  await db.delete(plans).where(ne(plans.place, plan.place));
  const change = { everyHours: plan.everyHours, keep: plan.keep, seenAt: now };
  await db
    .insert(plans)
    .values({ place: plan.place, ...change })
    .onConflictDoUpdate({ target: plans.place, set: change });
}

/** The plan of a process that has been seen lately. */
export async function findPlan(db: Db) {
  const [row] = await db
    .select({ place: plans.place, everyHours: plans.everyHours, keep: plans.keep })
    .from(plans)
    .where(sql`${plans.seenAt} > now() - interval '10 minutes'`)
    .orderBy(asc(plans.place))
    .limit(1);
  return row;
}

export interface BackupAges {
  lastGoodAt: string | null;
  lastVerifiedAt: string | null;
  goodAgeSeconds: number | null;
  verifiedAgeSeconds: number | null;
  /** Backups that failed, or failed to be verified, since the last good one began. */
  failed: number;
}

export async function readBackupAges(db: Db): Promise<BackupAges> {
  const { rows } = await db.execute<{
    good: string | null;
    verified: string | null;
    good_age: number | null;
    verified_age: number | null;
    failed: number;
  }>(
    sql`WITH good AS (SELECT max(snapshot_at) AS at, max(started_at) AS began FROM backups WHERE state = 'complete' AND verify_state <> 'failed'),
      verified AS (SELECT max(verified_at) AS at FROM backups WHERE verify_state = 'verified')
    SELECT good.at AS good, verified.at AS verified, extract(epoch FROM now() - good.at)::float8 AS good_age,
      extract(epoch FROM now() - verified.at)::float8 AS verified_age,
      (SELECT count(*)::int FROM backups b WHERE (b.state = 'failed' OR b.verify_state = 'failed') AND b.started_at > coalesce(good.began, '-infinity')) AS failed
    FROM good, verified`,
  );
  const [row] = rows;
  const instant = (at: string | null | undefined) => (at ? new Date(at).toISOString() : null);
  return {
    lastGoodAt: instant(row?.good),
    lastVerifiedAt: instant(row?.verified),
    goodAgeSeconds: row?.good_age ?? null,
    verifiedAgeSeconds: row?.verified_age ?? null,
    failed: row?.failed ?? 0,
  };
}

export async function hasAskedBackup(db: Db): Promise<boolean> {
  const rows = await db
    .select({ id: backups.id })
    .from(backups)
    .where(and(eq(backups.state, "running"), isNull(backups.takenAt)))
    .limit(1);
  return rows.length > 0;
}
