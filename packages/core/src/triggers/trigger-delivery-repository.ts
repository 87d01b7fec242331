import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import type { TriggerDelivery } from "@crew/contracts/triggers";
import { runsTable as runs } from "@crew/db/runs-table";
import { triggerDeliveriesTable as deliveries } from "@crew/db/trigger-deliveries-table";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";

export type DeliveryRow = typeof deliveries.$inferSelect;

const EXCERPT_CHARACTERS = 500;

const shown = {
  id: deliveries.id,
  triggerId: deliveries.triggerId,
  messageId: deliveries.messageId,
  state: deliveries.state,
  runId: deliveries.runId,
  runState: runs.state,
  why: deliveries.why,
  received: deliveries.received,
  bytes: sql<number>`octet_length(${deliveries.payload})`,
  excerpt: sql<string>`left(${deliveries.payload}, ${EXCERPT_CHARACTERS})`,
  createdAt: deliveries.createdAt,
  lastReceivedAt: deliveries.lastReceivedAt,
};

const isOne = (workspaceId: string, deliveryId: string) => and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.id, deliveryId));

export interface ReceivedEvent {
  id: string;
  workspaceId: string;
  triggerId: string;
  messageId: string;
  payload: string;
}

/**
 * The one row of an event, however often it is sent, held until the transaction ends: of many that bring it at once, one
 * decides and the others read what it has decided.
 */
export async function holdEvent(db: Db, event: ReceivedEvent): Promise<DeliveryRow> {
  const now = sql`now()` as unknown as string;
  const [row] = await db
    .insert(deliveries)
    .values({ ...event, state: "refused", createdAt: now, lastReceivedAt: now })
    .onConflictDoUpdate({
      target: [deliveries.triggerId, deliveries.messageId],
      set: { received: sql`${deliveries.received} + 1`, lastReceivedAt: now },
    })
    .returning();
  if (!row) throw new Error("a row that was written is returned");
  return row;
}

const COUNT_REPEATS: Statement = {
  name: "count_event_repeats",
  text: "UPDATE trigger_deliveries SET received = received + $2, last_received_at = now() WHERE id = $1",
};

export async function countRepeats(statements: Statements, deliveryId: string, repeats: number): Promise<void> {
  await statements.run(COUNT_REPEATS, [uuidFromTypeId(deliveryId), repeats]);
}

export async function lockDelivery(db: Db, workspaceId: string, deliveryId: string): Promise<DeliveryRow | undefined> {
  const [row] = await db.select().from(deliveries).where(isOne(workspaceId, deliveryId)).for("update");
  return row;
}

export async function decideDelivery(db: Db, deliveryId: string, decision: Pick<DeliveryRow, "state" | "runId" | "why">): Promise<void> {
  await db.update(deliveries).set(decision).where(eq(deliveries.id, deliveryId));
}

export async function findDelivery(db: Db, workspaceId: string, deliveryId: string): Promise<TriggerDelivery | undefined> {
  const [row] = await db.select(shown).from(deliveries).leftJoin(runs, eq(runs.id, deliveries.runId)).where(isOne(workspaceId, deliveryId));
  return row;
}

export async function findDeliveryOf(
  db: Db,
  workspaceId: string,
  { triggerId, messageId }: { triggerId: string; messageId: string },
): Promise<TriggerDelivery | undefined> {
  const [row] = await db
    .select(shown)
    .from(deliveries)
    .leftJoin(runs, eq(runs.id, deliveries.runId))
    .where(and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.triggerId, triggerId), eq(deliveries.messageId, messageId)));
  return row;
}

export async function listTriggerDeliveryPage(
  db: Db,
  workspaceId: string,
  triggerId: string,
  page: PageQuery,
): Promise<Page<TriggerDelivery>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select(shown)
    .from(deliveries)
    .leftJoin(runs, eq(runs.id, deliveries.runId))
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.triggerId, triggerId),
        after === undefined ? undefined : lt(deliveries.id, after),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

export async function removeOldTriggerDeliveries(db: Db, days: number): Promise<void> {
  await db.delete(deliveries).where(lt(deliveries.createdAt, sql`now() - make_interval(days => ${days})`));
}
