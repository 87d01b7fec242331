import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ListSecurityEvents, SecurityEvent, SecuritySeverity, SecuritySummaryLine } from "@crew/contracts/security-events";
import { securityEventsTable as events } from "@crew/db/security-events-table";
import { usersTable as users } from "@crew/db/users-table";
import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import { insertsOutbox } from "../outbox/outbox-repository.ts";
import { storedJson } from "../stored-json.ts";
import type { Db, Statement, Statements } from "../system.ts";

/** One line of a batch; ids are TypeIDs. */
export interface SecurityEventRow {
  kind: string;
  severity: SecuritySeverity;
  workspaceId: string | null;
  userId: string | null;
  address: string | null;
  detail: Record<string, unknown>;
  count: number;
  at: string;
}

/** Of one batch, told to the webhooks of one workspace: an attack must not become a flood of calls to somebody else. */
const MOST_TOLD = 20;

/**
 * What names a person but no workspace becomes a row in each of theirs, so that each one's admins see it. Webhooks that
 * listen are told in the same statement.
 */
const INSERT: Statement = {
  name: "insert_security_events",
  text: `WITH written AS (
      INSERT INTO security_events (workspace_id, kind, severity, user_id, address, detail, count, created_at)
      SELECT coalesce(w.id, m.workspace_id), n.kind, n.severity, u.id, n.address, n.detail, n.count, n.at
      FROM jsonb_to_recordset($1) AS n(kind text, severity text, workspace_id uuid, user_id uuid, address text, detail jsonb, count int, at timestamptz)
      LEFT JOIN workspaces w ON w.id = n.workspace_id
      LEFT JOIN users u ON u.id = n.user_id
      LEFT JOIN workspace_members m ON n.workspace_id IS NULL AND m.user_id = u.id
      RETURNING *
    ), event AS (
      SELECT workspace_id, 'security.' || kind AS type, jsonb_build_object('severity', severity, 'userId', type_id('user', user_id), 'address', address,
        'detail', detail, 'count', count) AS payload
      FROM (SELECT *, row_number() OVER (PARTITION BY workspace_id ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity), created_at) AS place FROM written WHERE workspace_id IS NOT NULL) AS numbered
      WHERE place <= ${MOST_TOLD}
    ), ${insertsOutbox("told", { from: "event", workspaceId: "event.workspace_id", type: "event.type", payload: "event.payload" })}
    SELECT count FROM told_sent`,
};

export async function insertSecurityEvents(statements: Statements, rows: readonly SecurityEventRow[]): Promise<void> {
  const uuid = (id: string | null) => (id === null ? null : uuidFromTypeId(id));
  const batch = rows.map(({ workspaceId, userId, ...row }) => ({ ...row, workspace_id: uuid(workspaceId), user_id: uuid(userId) }));
  await statements.run(INSERT, [storedJson(batch)]);
}

/** `before`: time and id of the last row of the page before. */
export async function readSecurityEvents(
  db: Db,
  workspaceId: string,
  filter: Omit<ListSecurityEvents, "cursor">,
  before: { at: string; id: string } | undefined,
): Promise<SecurityEvent[]> {
  const older = before && sql`(${events.createdAt}, ${events.id}) < (${before.at}::timestamptz, ${before.id}::uuid)`;
  const rows = await db
    .select({
      id: events.id,
      kind: events.kind,
      severity: events.severity,
      userId: events.userId,
      userName: users.name,
      address: events.address,
      detail: events.detail,
      count: events.count,
      createdAt: events.createdAt,
    })
    .from(events)
    .leftJoin(users, eq(users.id, events.userId))
    .where(and(eq(events.workspaceId, workspaceId), older, ...matches(filter)))
    .orderBy(desc(events.createdAt), desc(events.id))
    .limit(filter.limit);
  return rows.map(({ userId, userName, ...row }) => ({
    ...row,
    user: userId ? { id: userId, name: userName ?? "somebody who left" } : null,
  }));
}

function matches({ kind, severity, from, to }: Omit<ListSecurityEvents, "cursor" | "limit">): (SQL | undefined)[] {
  return [
    kind === undefined ? undefined : sql`starts_with(${events.kind}, ${kind})`,
    severity === undefined ? undefined : eq(events.severity, severity),
    from === undefined ? undefined : gte(events.createdAt, from),
    to === undefined ? undefined : lt(events.createdAt, to),
  ];
}

export async function countSecurityEvents(db: Db, workspaceId: string, since: string): Promise<SecuritySummaryLine[]> {
  const rows = await db
    .select({
      kind: events.kind,
      severity: events.severity,
      count: sql<number>`sum(${events.count})::int`,
      lastAt: sql<string>`max(${events.createdAt})`,
    })
    .from(events)
    .where(and(eq(events.workspaceId, workspaceId), gte(events.createdAt, since)))
    .groupBy(events.kind, events.severity)
    .orderBy(desc(sql`max(${events.createdAt})`))
    .limit(100);
  return rows.map((row) => ({ ...row, lastAt: new Date(row.lastAt).toISOString() }));
}

export async function removeOldSecurityEvents(db: Db, days: number): Promise<void> {
  await db.delete(events).where(lt(events.createdAt, sql`now() - make_interval(days => ${days})`));
}
