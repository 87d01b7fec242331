import { sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** How the archive of the server's own files stands: what the server tells, and what was told by `base-backup`. */
export interface PhysicalStanding {
  /** The newest whole base; null: none is known. */
  goodAt: string | null;
  goodAgeSeconds: number | null;
  problem: string | null;
  /** When that was told; null: never. */
  toldAt: string | null;
  lastArchivedAt: string | null;
  /** Since a WAL file was archived, or since the server was started if that was later. */
  archiveAgeSeconds: number;
  /** WAL that is written and not archived; null: none was archived since the server counts. */
  waitingBytes: number | null;
  /** The WAL file that the archive does not take; null: it takes all. */
  failedWal: string | null;
}

type Row = {
  good_at: string | null;
  good_age: number | null;
  problem: string | null;
  told_at: string | null;
  archived_at: string | null;
  archive_age: number;
  waiting: number | null;
  failed_wal: string | null;
};

/**
 * The name of a WAL file is its timeline, the 4 GiB in which it lies, and which file of these it is, eight digits each.
 * `undefined`: the server archives nothing, or by other means than ours, whose bases nobody here knows.
 */
export async function findPhysicalStanding(db: Db): Promise<PhysicalStanding | undefined> {
  const { rows } =
    await db.execute<Row>(sql`SELECT b.good_at, extract(epoch FROM now() - b.good_at)::float8 AS good_age, b.problem, b.told_at,
      a.last_archived_time AS archived_at,
      extract(epoch FROM now() - greatest(a.last_archived_time, pg_postmaster_start_time()))::float8 AS archive_age,
      CASE WHEN a.last_archived_wal ~ '^[0-9A-F]{24}' AND NOT pg_is_in_recovery() THEN greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')
        - (('x' || substr(a.last_archived_wal, 9, 8))::bit(32)::bigint << 32)
        - (('x' || substr(a.last_archived_wal, 17, 8))::bit(32)::bigint + 1) * pg_size_bytes(current_setting('wal_segment_size')))::float8 END AS waiting,
      CASE WHEN a.last_failed_time > coalesce(a.last_archived_time, '-infinity') THEN a.last_failed_wal END AS failed_wal
    FROM pg_stat_archiver a LEFT JOIN base_backup_standing b ON true
    WHERE current_setting('archive_mode') <> 'off' AND current_setting('archive_command') ~ '\\yarchive-wal\\y'`);
  const [row] = rows;
  if (!row) return undefined;
  const instant = (at: string | null) => (at ? new Date(at).toISOString() : null);
  return {
    goodAt: instant(row.good_at),
    goodAgeSeconds: row.good_age,
    problem: row.problem,
    toldAt: instant(row.told_at),
    lastArchivedAt: instant(row.archived_at),
    archiveAgeSeconds: row.archive_age,
    waitingBytes: row.waiting,
    failedWal: row.failed_wal,
  };
}
