import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { SecuritySeverity } from "@crew/contracts/security-events";
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

/** Who listens in these workspaces, for a job that acts for nobody. */
export interface Listener {
  id: string;
  workspaceId: string;
  events: string[];
  minSeverity: SecuritySeverity;
}

const LISTENERS: Statement = {
  name: "find_webhook_listeners",
  text: "SELECT id, workspace_id, events, min_severity FROM webhooks WHERE workspace_id = ANY($1::uuid[]) AND is_enabled",
};

export async function findListeners(statements: Statements, workspaceIds: readonly string[]): Promise<Listener[]> {
  type Row = { id: string; workspace_id: string; events: string[]; min_severity: SecuritySeverity };
  const rows = await statements.run<Row>(LISTENERS, [workspaceIds.map(uuidFromTypeId)]);
  return rows.map(({ id, workspace_id, events, min_severity }) => ({
    id: typeIdFromUuid("webhook", id),
    workspaceId: typeIdFromUuid("workspace", workspace_id),
    events,
    minSeverity: min_severity,
  }));
}

const DISABLE: Statement = {
  name: "disable_webhook",
  text: "UPDATE webhooks SET is_enabled = false, disabled_because = $2 WHERE id = $1 AND is_enabled",
};

export async function disableWebhook(statements: Statements, webhookId: string, because: string): Promise<void> {
  await statements.run(DISABLE, [uuidFromTypeId(webhookId), because]);
}
