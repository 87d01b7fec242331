import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Webhook } from "@crew/contracts/webhooks";
import { webhooksTable as webhooks } from "@crew/db/webhooks-table";
import { and, count, desc, eq } from "drizzle-orm";
import type { Db, SecretPlace, Statement, Statements } from "../system.ts";

const shown = {
  id: webhooks.id,
  url: webhooks.url,
  events: webhooks.events,
  minSeverity: webhooks.minSeverity,
  isEnabled: webhooks.isEnabled,
  disabledBecause: webhooks.disabledBecause,
  failingSince: webhooks.failingSince,
  createdAt: webhooks.createdAt,
};

const isOne = (workspaceId: string, webhookId: string) => and(eq(webhooks.workspaceId, workspaceId), eq(webhooks.id, webhookId));

/** Where a signing secret stands; the former one keeps the place that it was sealed for. */
export function webhookSecretPlace(webhookId: string): Omit<SecretPlace, "workspaceId"> {
  return { table: "webhooks", column: "secret_sealed", rowId: webhookId };
}

export async function listWebhookRows(db: Db, workspaceId: string): Promise<Webhook[]> {
  return db.select(shown).from(webhooks).where(eq(webhooks.workspaceId, workspaceId)).orderBy(desc(webhooks.id));
}

export async function countWebhooks(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.select({ count: count() }).from(webhooks).where(eq(webhooks.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertWebhook(db: Db, webhook: Webhook & { workspaceId: string; secretSealed: string }): Promise<void> {
  await db.insert(webhooks).values(webhook);
}

/** Holds back whoever else changes it. */
export async function lockWebhook(
  db: Db,
  workspaceId: string,
  webhookId: string,
): Promise<(Webhook & { secretSealed: string }) | undefined> {
  const [row] = await db
    .select({ ...shown, secretSealed: webhooks.secretSealed })
    .from(webhooks)
    .where(isOne(workspaceId, webhookId))
    .for("no key update");
  return row;
}

export async function findWebhook(db: Db, workspaceId: string, webhookId: string): Promise<Webhook | undefined> {
  const [row] = await db.select(shown).from(webhooks).where(isOne(workspaceId, webhookId));
  return row;
}

export async function updateWebhookRow(
  db: Db,
  workspaceId: string,
  webhookId: string,
  change: Partial<typeof webhooks.$inferInsert>,
): Promise<Webhook | undefined> {
  const [row] = await db.update(webhooks).set(change).where(isOne(workspaceId, webhookId)).returning(shown);
  return row;
}

/** The removed webhook's address. */
export async function removeWebhook(db: Db, workspaceId: string, webhookId: string): Promise<string | undefined> {
  const [row] = await db.delete(webhooks).where(isOne(workspaceId, webhookId)).returning({ url: webhooks.url });
  return row?.url;
}

/** What is said of deliveries that their webhook's end found waiting. */
export const SWITCHED_OFF = "The webhook was switched off before this was sent.";

const DISABLE: Statement = {
  name: "disable_webhook",
  text: `WITH off AS (
      UPDATE webhooks SET is_enabled = false, disabled_because = $2, failing_since = NULL WHERE id = $1 AND is_enabled RETURNING id
    ), ended AS (
      UPDATE webhook_deliveries d SET state = 'failed', error = $3, next_attempt_at = NULL, ended_at = now()
      FROM off WHERE d.webhook_id = off.id AND d.state = 'pending' AND d.sending_until IS NULL
    )
    SELECT id FROM off`,
};

/** False: it was off already. */
export async function disableWebhook(statements: Statements, webhookId: string, because: string): Promise<boolean> {
  return (await statements.run(DISABLE, [uuidFromTypeId(webhookId), because, SWITCHED_OFF])).length > 0;
}
