import { outboxEventsTable as events } from "@crew/db/outbox-events-table";
import { sql } from "drizzle-orm";
import type { Db, Statement, Statements } from "../system.ts";
import { HELD_UNTIL } from "../webhooks/held-until.ts";

export const DISPATCH_AT_ONCE = 200;

/** Of the advisory lock: one process at a time dispatches, so that deliveries keep the order of their events. */
const LOCK_CLASS = 18_001;

const LOCK_ID = "(SELECT oid FROM pg_database WHERE datname = current_database())::int";

const severity = (of: string) => `array_position(ARRAY['info', 'warning', 'critical'], ${of})`;

const DISPATCH: Statement = {
  name: "dispatch_outbox",
  text: `WITH batch AS (
      SELECT id, seq, workspace_id, type, payload, created_at FROM outbox_events
      WHERE dispatched_at IS NULL AND (SELECT pg_try_advisory_xact_lock(${LOCK_CLASS}, ${LOCK_ID}))
      ORDER BY seq LIMIT ${DISPATCH_AT_ONCE} FOR UPDATE SKIP LOCKED
    ), done AS (
      UPDATE outbox_events SET dispatched_at = now() FROM batch WHERE outbox_events.id = batch.id
    ), fanned AS (
      INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, outbox_id, type, payload, state, attempts, next_attempt_at, created_at)
      SELECT time_ordered_uuid(), b.workspace_id, w.id, b.id, b.type, b.payload, 'pending', 0,
        -- What a restored installation tells may have been told before: the operator lets it go.
        CASE WHEN EXISTS (SELECT FROM restores WHERE released_at IS NULL) THEN timestamptz '${HELD_UNTIL}' ELSE now() END, b.created_at
      FROM batch b JOIN webhooks w ON w.workspace_id = b.workspace_id AND w.is_enabled
      WHERE EXISTS (SELECT FROM unnest(w.events) AS beginning WHERE starts_with(b.type, beginning))
        AND (NOT starts_with(b.type, 'security.') OR ${severity("b.payload->>'severity'")} >= ${severity("w.min_severity")})
      ORDER BY b.seq
      ON CONFLICT (outbox_id, webhook_id) DO NOTHING
    )
    SELECT count(*) AS count FROM batch`,
};

export async function dispatchOutboxRows(statements: Statements): Promise<number> {
  const [row] = await statements.run<{ count: number }>(DISPATCH, []);
  return row?.count ?? 0;
}

/** The same within a transaction. */
export async function dispatchWithin(db: Db): Promise<number> {
  const { rows } = await db.execute<{ count: string }>(sql.raw(DISPATCH.text));
  return Number(rows[0]?.count ?? 0);
}

/** Until the end of the transaction nothing is dispatched; what was before is seen by its next statement. */
export async function holdDispatch(db: Db): Promise<void> {
  await db.execute(sql.raw(`SELECT pg_advisory_xact_lock(${LOCK_CLASS}, ${LOCK_ID})`));
}

export async function removeDispatchedEvents(db: Db, days: number): Promise<void> {
  await db.delete(events).where(sql`${events.dispatchedAt} < now() - make_interval(days => ${days})`);
}
