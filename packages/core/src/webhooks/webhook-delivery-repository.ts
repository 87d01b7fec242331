import type { Page } from "@crew/contracts/page";
import type { ListWebhookDeliveries, WebhookAttempt, WebhookDelivery } from "@crew/contracts/webhooks";
import { webhookAttemptsTable as attempts } from "@crew/db/webhook-attempts-table";
import { webhookDeliveriesTable as deliveries } from "@crew/db/webhook-deliveries-table";
import { and, asc, desc, eq, getTableColumns, gte, inArray, isNull, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import { OUTBOX_CHANNEL } from "../outbox/outbox-repository.ts";
import type { Db } from "../system.ts";
import { HELD_UNTIL } from "./held-until.ts";
import { SWITCHED_OFF } from "./webhook-repository.ts";

const asInstant = (value: string | Date) => new Date(value).toISOString();

const shown = {
  id: deliveries.id,
  webhookId: deliveries.webhookId,
  type: deliveries.type,
  state: deliveries.state,
  attempts: deliveries.attempts,
  responseStatus: deliveries.responseStatus,
  error: deliveries.error,
  // While it is being sent the row says when it would be due again if its process died.
  nextAttemptAt: sql<
    string | null
  >`CASE WHEN ${deliveries.sendingUntil} IS NULL AND ${deliveries.nextAttemptAt} < ${HELD_UNTIL} THEN ${deliveries.nextAttemptAt} END`.mapWith(
    asInstant,
  ),
  createdAt: deliveries.createdAt,
  endedAt: deliveries.endedAt,
};

export interface NewDelivery {
  id: string;
  workspaceId: string;
  webhookId: string;
  type: string;
  payload: Record<string, unknown>;
  createdAt: string;
}

/** Due at once, with word to whoever sends. */
export async function insertDelivery(db: Db, delivery: NewDelivery): Promise<WebhookDelivery> {
  const [row] = await db
    .insert(deliveries)
    .values({ ...delivery, state: "pending", attempts: 0, nextAttemptAt: sql`now()` as unknown as string })
    .returning(shown);
  if (!row) throw new Error("a row that was inserted is returned");
  await wakeSenders(db);
  return row;
}

export async function wakeSenders(db: Db): Promise<void> {
  await db.execute(sql`SELECT pg_notify(${OUTBOX_CHANNEL}, '')`);
}

export async function listDeliveryPage(
  db: Db,
  workspaceId: string,
  webhookId: string,
  { state, type, ...page }: ListWebhookDeliveries,
): Promise<Page<WebhookDelivery>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select({ ...shown, seq: deliveries.seq })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.webhookId, webhookId),
        after === undefined ? undefined : lt(deliveries.seq, Number(after) || 0),
        state === undefined ? undefined : eq(deliveries.state, state),
        type === undefined ? undefined : sql`starts_with(${deliveries.type}, ${type})`,
      ),
    )
    .orderBy(desc(deliveries.seq))
    .limit(page.limit + 1);
  const { data, nextCursor } = pageFrom(rows, page.limit, ({ seq }) => [String(seq)]);
  return { data: data.map(({ seq: _, ...delivery }) => delivery), nextCursor };
}

export async function findDelivery(
  db: Db,
  workspaceId: string,
  deliveryId: string,
): Promise<(WebhookDelivery & { payload: Record<string, unknown> }) | undefined> {
  const [row] = await db
    .select({ ...shown, payload: deliveries.payload })
    .from(deliveries)
    .where(and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.id, deliveryId)));
  return row;
}

const MAX_SHOWN_ATTEMPTS = 50;

export async function listAttempts(db: Db, workspaceId: string, deliveryId: string): Promise<WebhookAttempt[]> {
  const { deliveryId: _, workspaceId: __, ...columns } = getTableColumns(attempts);
  const rows = await db
    .select(columns)
    .from(attempts)
    .where(and(eq(attempts.workspaceId, workspaceId), eq(attempts.deliveryId, deliveryId)))
    .orderBy(desc(attempts.number))
    .limit(MAX_SHOWN_ATTEMPTS);
  return rows.reverse();
}

const REOPENED = {
  state: "pending" as const,
  earlierAttempts: sql`${deliveries.attempts}` as unknown as number,
  nextAttemptAt: sql`now()` as unknown as string,
  endedAt: null,
};

/** Puts one that has ended back into the queue, with a day of attempts before it; `undefined` while it waits or is not there. */
export async function reopenDelivery(db: Db, workspaceId: string, deliveryId: string): Promise<WebhookDelivery | undefined> {
  const [row] = await db
    .update(deliveries)
    .set(REOPENED)
    .where(and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.id, deliveryId), sql`${deliveries.state} <> 'pending'`))
    .returning(shown);
  if (row) await wakeSenders(db);
  return row;
}

const MAX_REOPENED = 1_000;

/** Those that were given up, the oldest first; returns how many. */
export async function reopenFailedDeliveries(db: Db, workspaceId: string, webhookId: string, since: string): Promise<number> {
  const oldest = db
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.webhookId, webhookId),
        eq(deliveries.state, "failed"),
        gte(deliveries.createdAt, since),
      ),
    )
    .orderBy(asc(deliveries.seq))
    .limit(MAX_REOPENED)
    .for("update");
  const rows = await db
    .update(deliveries)
    .set(REOPENED)
    .where(and(eq(deliveries.workspaceId, workspaceId), inArray(deliveries.id, oldest)))
    .returning({ id: deliveries.id });
  if (rows.length > 0) await wakeSenders(db);
  return rows.length;
}

/** What was still to be sent when its webhook was switched off; it can be sent again by hand. */
export async function failPendingDeliveries(db: Db, workspaceId: string, webhookId: string): Promise<void> {
  await db
    .update(deliveries)
    .set({ state: "failed", error: SWITCHED_OFF, nextAttemptAt: null, endedAt: sql`now()` as unknown as string })
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.webhookId, webhookId),
        eq(deliveries.state, "pending"),
        isNull(deliveries.sendingUntil),
      ),
    );
}

export async function removeOldDeliveries(db: Db, days: number): Promise<void> {
  await db.delete(deliveries).where(lt(deliveries.createdAt, sql`now() - make_interval(days => ${days})`));
}
