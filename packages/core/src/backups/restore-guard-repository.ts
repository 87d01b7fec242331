import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { restoresTable as restores } from "@crew/db/restores-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { desc, isNull, sql } from "drizzle-orm";
import type { Db } from "../system.ts";
import { HELD_UNTIL } from "../webhooks/held-until.ts";

const MARKS = ["crew", "grant", "run", "ended_run", "tool", "provider", "person", "workspace"];

export type RestoreRow = typeof restores.$inferSelect;

/** By the database's clock; returns that moment. */
export async function insertRestore(db: Db, restore: { backupId: string; snapshotAt: string }): Promise<string> {
  const [row] = await db
    .insert(restores)
    .values({ ...restore, restoredAt: sql`clock_timestamp()` as unknown as string })
    .returning({ restoredAt: restores.restoredAt });
  if (!row) throw new Error("a row that was inserted is returned");
  return row.restoredAt;
}

export async function findLastRestore(db: Db): Promise<RestoreRow | undefined> {
  const [row] = await db.select().from(restores).orderBy(desc(restores.restoredAt)).limit(1);
  return row;
}

/** `false`: nothing was held. */
export async function markReleased(db: Db): Promise<boolean> {
  const released = await db
    .update(restores)
    .set({ releasedAt: sql`now()` as unknown as string })
    .where(isNull(restores.releasedAt))
    .returning({ at: restores.restoredAt });
  return released.length > 0;
}

/** Runs that had not ended: what they did since, their journals do not tell. */
export async function markRestoredRuns(db: Db, snapshotAt: string): Promise<number> {
  const marked = await db.update(runs).set({ restoredFrom: snapshotAt }).where(isNull(runs.endedAt)).returning({ id: runs.id });
  return marked.length;
}

/** What waits to be sent is due no more; returns how many there are. */
export async function holdDeliveries(db: Db): Promise<number> {
  const { rows } = await db.execute(
    sql`UPDATE webhook_deliveries SET next_attempt_at = ${HELD_UNTIL}, sending_until = NULL WHERE state = 'pending' RETURNING 1`,
  );
  return rows.length;
}

export async function countHeldDeliveries(db: Db): Promise<number> {
  const { rows } = await db.execute<{ held: number }>(
    sql`SELECT count(*)::int AS held FROM webhook_deliveries WHERE state = 'pending' AND next_attempt_at = ${HELD_UNTIL}`,
  );
  return rows[0]?.held ?? 0;
}

/** Of what is held, all that may have been sent before: what the backup brought, and what runs tell that it brought. */
export async function dropHeldDeliveries(db: Db, because: string): Promise<number> {
  const { rows } = await db.execute(sql`UPDATE webhook_deliveries d
    SET state = 'failed', error = ${because}, next_attempt_at = NULL, sending_until = NULL, ended_at = now()
    WHERE d.state = 'pending' AND d.next_attempt_at = ${HELD_UNTIL}
      AND (d.created_at <= (SELECT max(restored_at) FROM restores)
        OR EXISTS (SELECT FROM runs r WHERE r.restored_from IS NOT NULL AND type_id('run', r.id) = d.payload->>'runId'))
    RETURNING 1`);
  return rows.length;
}

export async function letDeliveriesGo(db: Db): Promise<number> {
  const { rows } = await db.execute(sql`UPDATE webhook_deliveries SET next_attempt_at = now()
    WHERE state = 'pending' AND next_attempt_at = ${HELD_UNTIL} RETURNING 1`);
  return rows.length;
}

/** Answers that were cached by the versions of the installation that was saved fit none from now on. */
export async function raiseReadMarks(db: Db): Promise<void> {
  await db.execute(sql`INSERT INTO read_marks AS kept (workspace_id, kind, writer, weight)
    SELECT w.id, kind, 0, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM workspaces w, jsonb_array_elements_text(${JSON.stringify(MARKS)}::jsonb) AS kind
    ON CONFLICT (workspace_id, kind, writer) DO UPDATE SET weight = kept.weight + excluded.weight`);
}

/** Schedules with ticks that were due by then. */
export async function listSchedulesDueBy(db: Db, moment: string) {
  const { rows } = await db.execute<{ id: string; workspace_id: string; cron: string; timezone: string; next_at: string }>(
    sql`SELECT id, workspace_id, cron, timezone, next_at FROM schedules WHERE next_at <= ${moment}`,
  );
  return rows.map(({ id, workspace_id, next_at, cron, timezone }) => ({
    id: typeIdFromUuid("schedule", id),
    workspaceId: typeIdFromUuid("workspace", workspace_id),
    dueSince: new Date(next_at),
    cron,
    timezone,
  }));
}

/** Of the backup itself, and of others that were under way when it was made. */
export async function settleBackupRows(
  db: Db,
  of: { backupId: string; endedAt: string; tables: number; rows: number; snapshotAt: string },
): Promise<void> {
  await db.execute(sql`UPDATE backups SET state = CASE WHEN id = ${uuidFromTypeId(of.backupId)} THEN 'complete' ELSE 'failed' END,
      ended_at = ${of.endedAt}, problem = CASE WHEN id <> ${uuidFromTypeId(of.backupId)} THEN 'It was under way when another was made that was restored.' END,
      tables = CASE WHEN id = ${uuidFromTypeId(of.backupId)} THEN ${of.tables}::int END,
      rows = CASE WHEN id = ${uuidFromTypeId(of.backupId)} THEN ${of.rows}::bigint END,
      snapshot_at = CASE WHEN id = ${uuidFromTypeId(of.backupId)} THEN ${of.snapshotAt}::timestamptz END
    WHERE state = 'running'`);
}

/** In the log of every workspace: what it tells ends at the backup, and goes on from here. */
export async function auditRestore(db: Db, detail: { backupId: string; snapshotAt: string; restoredAt: string }): Promise<void> {
  const actor = { kind: "operator", userId: null, apiKeyId: null, name: "the operator" };
  await db.execute(sql`INSERT INTO audit_events (id, workspace_id, actor, action, subject, detail, created_at)
    SELECT time_ordered_uuid(), w.id, ${JSON.stringify(actor)}::jsonb, 'installation.restored', ${detail.backupId}, ${JSON.stringify(detail)}::jsonb, clock_timestamp()
    FROM workspaces w`);
}
