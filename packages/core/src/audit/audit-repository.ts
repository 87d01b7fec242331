import type { AuditEvent, AuditFilter } from "@crew/contracts/audit";
import { auditEventsTable as events } from "@crew/db/audit-events-table";
import { auditHeadsTable as heads } from "@crew/db/audit-heads-table";
import { auditLinksTable as links } from "@crew/db/audit-links-table";
import { and, asc, desc, eq, gt, gte, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../system.ts";
import type { AuditLink } from "./audit-hash.ts";

export async function insertAuditEvent(db: Db, row: typeof events.$inferInsert): Promise<void> {
  await db.insert(events).values(row).prepare("insert_audit_event").execute();
}

const shown = {
  id: events.id,
  seq: links.seq,
  actor: events.actor,
  action: events.action,
  subject: events.subject,
  detail: events.detail,
  outcome: events.outcome,
  requestId: events.requestId,
  address: events.address,
  userAgent: events.userAgent,
  createdAt: events.createdAt,
  hash: sql<string>`encode(${links.hash}, 'hex')`,
};

/** `before` and `after` are places in the chain: newest first below `before`, or oldest first above `after`. */
export async function readAuditRows(
  db: Db,
  workspaceId: string,
  filter: AuditFilter,
  page: { limit: number } & ({ before: number | undefined } | { after: number }),
): Promise<AuditEvent[]> {
  const isOlder = "before" in page && page.before !== undefined ? lt(links.seq, page.before) : undefined;
  const place = "after" in page ? gt(links.seq, page.after) : isOlder;
  const rows = await db
    .select(shown)
    .from(links)
    .innerJoin(events, and(eq(events.id, links.eventId), eq(events.workspaceId, links.workspaceId)))
    .where(and(eq(links.workspaceId, workspaceId), place, ...matches(filter)))
    .orderBy("after" in page ? asc(links.seq) : desc(links.seq))
    .limit(page.limit);
  return rows.map(({ actor, ...row }) => ({ ...row, actor: { ...actor, oauthClientId: actor.oauthClientId ?? null } }));
}

function matches({ action, actor, subject, from, to }: AuditFilter): (SQL | undefined)[] {
  const who = (key: string) => sql`${events.actor} ->> ${key} = ${actor}`;
  return [
    action === undefined ? undefined : sql`starts_with(${events.action}, ${action})`,
    actor === undefined ? undefined : or(who("userId"), who("apiKeyId"), who("oauthClientId")),
    subject === undefined ? undefined : eq(events.subject, subject),
    from === undefined ? undefined : gte(events.createdAt, from),
    to === undefined ? undefined : lt(events.createdAt, to),
  ];
}

export async function findAuditHead(db: Db, workspaceId: string): Promise<{ seq: number; hash: string } | undefined> {
  const [row] = await db
    .select({ seq: heads.seq, hash: sql<string>`encode(${heads.hash}, 'hex')` })
    .from(heads)
    .where(eq(heads.workspaceId, workspaceId));
  return row;
}

/** Links with the text of their events as it is hashed, `event` null where it is gone. */
export async function readAuditLinks(db: Db, workspaceId: string, page: { after: number; limit: number }): Promise<AuditLink[]> {
  return db
    .select({
      seq: links.seq,
      eventId: links.eventId,
      prevHash: sql<string>`encode(${links.prevHash}, 'hex')`,
      hash: sql<string>`encode(${links.hash}, 'hex')`,
      event: sql<(string | null)[] | null>`CASE WHEN ${events.id} IS NULL THEN NULL ELSE jsonb_build_array(
        ${events.id}::text, ${events.workspaceId}::text, ${events.actor}::text, ${events.action}, ${events.subject}, ${events.detail}::text,
        ${events.outcome}, ${events.requestId}, ${events.address}, ${events.userAgent},
        to_char(${events.createdAt} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) END`,
    })
    .from(links)
    .leftJoin(events, and(eq(events.id, links.eventId), eq(events.workspaceId, links.workspaceId)))
    .where(and(eq(links.workspaceId, workspaceId), gt(links.seq, page.after)))
    .orderBy(asc(links.seq))
    .limit(page.limit);
}

/** An event that no link names: somebody has put it there past the trigger. */
export async function findUnlinkedEvent(db: Db, workspaceId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ id: events.id })
    .from(events)
    .leftJoin(links, eq(links.eventId, events.id))
    .where(and(eq(events.workspaceId, workspaceId), isNull(links.eventId)))
    .orderBy(asc(events.id))
    .limit(1);
  return row?.id;
}
