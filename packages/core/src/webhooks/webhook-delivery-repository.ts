import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import type { WebhookDelivery } from "@crew/contracts/webhooks";
import { webhookDeliveriesTable as deliveries } from "@crew/db/webhook-deliveries-table";
import { and, desc, eq, lt, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";

const shown = {
  id: deliveries.id,
  webhookId: deliveries.webhookId,
  type: deliveries.type,
  state: deliveries.state,
  attempts: deliveries.attempts,
  responseStatus: deliveries.responseStatus,
  error: deliveries.error,
  nextAttemptAt: deliveries.nextAttemptAt,
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

export async function insertDelivery(db: Db, delivery: NewDelivery): Promise<WebhookDelivery> {
  const [row] = await db
    .insert(deliveries)
    .values({ ...delivery, state: "pending", attempts: 0 })
    .returning(shown);
  if (!row) throw new Error("a row that was inserted is returned");
  return row;
}

export async function listDeliveryPage(db: Db, workspaceId: string, webhookId: string, page: PageQuery): Promise<Page<WebhookDelivery>> {
  const [after] = decodeCursor(page.cursor, 1);
  const rows = await db
    .select(shown)
    .from(deliveries)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.webhookId, webhookId),
        after === undefined ? undefined : lt(deliveries.id, after),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ id }) => [id]);
}

/** Puts one that has ended back into the queue, from its first attempt on; `undefined` while it waits or is not there. */
export async function reopenDelivery(db: Db, workspaceId: string, deliveryId: string): Promise<WebhookDelivery | undefined> {
  const [row] = await db
    .update(deliveries)
    .set({ state: "pending", attempts: 0, error: null, responseStatus: null, nextAttemptAt: null, endedAt: null })
    .where(and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.id, deliveryId), sql`${deliveries.state} <> 'pending'`))
    .returning(shown);
  return row;
}

/** What sending takes: the message, the address, and the sealed secrets with what opens them. */
export interface DueDelivery {
  webhookId: string;
  workspaceId: string;
  url: string;
  type: string;
  payload: Record<string, unknown>;
  createdAt: string;
  attempts: number;
  secrets: { sealed: string; wrappedKey: string }[];
}

/** Counts the attempt before it is made, so that a process that dies while sending has used one up. */
const BEGIN: Statement = {
  name: "begin_webhook_attempt",
  text: `WITH due AS (
      UPDATE webhook_deliveries SET attempts = attempts + 1, next_attempt_at = NULL
      WHERE id = $1 AND state = 'pending' AND attempts = $2 RETURNING *
    )
    SELECT w.id AS webhook_id, w.workspace_id, w.url, d.type, d.payload, d.created_at, d.attempts,
      (SELECT jsonb_agg(jsonb_build_object('sealed', s.sealed, 'wrappedKey', k.wrapped_key))
       FROM unnest(ARRAY[w.secret_sealed, CASE WHEN w.former_until > now() THEN w.former_secret_sealed END]) AS s(sealed)
       JOIN data_keys k ON k.workspace_id = w.workspace_id AND k.key_id = split_part(s.sealed, '.', 2)) AS secrets
    FROM due d JOIN webhooks w ON w.id = d.webhook_id WHERE w.is_enabled`,
};

/** `undefined`: it was sent meanwhile, another attempt has begun, or its webhook was switched off. */
export async function beginAttempt(statements: Statements, deliveryId: string, attemptsSoFar: number): Promise<DueDelivery | undefined> {
  type Row = Omit<DueDelivery, "webhookId" | "workspaceId" | "createdAt"> & {
    webhook_id: string;
    workspace_id: string;
    created_at: string;
  };
  const [row] = await statements.run<Row>(BEGIN, [uuidFromTypeId(deliveryId), attemptsSoFar]);
  if (!row) return undefined;
  const { webhook_id, workspace_id, created_at, ...rest } = row;
  return {
    ...rest,
    webhookId: typeIdFromUuid("webhook", webhook_id),
    workspaceId: typeIdFromUuid("workspace", workspace_id),
    createdAt: created_at,
  };
}

export async function endAttempt(
  db: Db,
  deliveryId: string,
  result: { state: "pending" | "delivered" | "failed"; responseStatus: number | null; error: string | null; nextAttemptAt: string | null },
): Promise<void> {
  const endedAt = result.state === "pending" ? null : sql`now()`;
  await db
    .update(deliveries)
    .set({ ...result, endedAt: endedAt as unknown as string | null })
    .where(eq(deliveries.id, deliveryId));
}

export async function removeOldDeliveries(db: Db, days: number): Promise<void> {
  await db.delete(deliveries).where(lt(deliveries.createdAt, sql`now() - make_interval(days => ${days})`));
}
