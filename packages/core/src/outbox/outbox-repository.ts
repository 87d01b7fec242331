import { uuidFromTypeId } from "@crew/contracts/ids";
import type { WebhookEvent } from "@crew/contracts/webhook-events";
import { sql } from "drizzle-orm";
import { storedJson } from "../stored-json.ts";
import type { Db } from "../system.ts";

/** On this channel the dispatcher hears that there is something to do. */
export const OUTBOX_CHANNEL = "crew_outbox";

/**
 * Two parts of a WITH, each followed by what comes next, that tell of the rows of `from`: `${name}` writes an event where
 * a webhook of the workspace listens to its type, `${name}_sent` wakes the dispatcher, and must be read by the statement
 * (`SELECT …, (SELECT count FROM ${name}_sent)`). All but the name are SQL.
 */
export function insertsOutbox(name: string, event: { from: string; workspaceId: string; type: string; payload: string }): string {
  return `${name} AS (
    INSERT INTO outbox_events (workspace_id, type, payload)
    SELECT ${event.workspaceId}, ${event.type}, ${event.payload} FROM ${event.from}
    WHERE EXISTS (SELECT FROM webhooks w, unnest(w.events) AS beginning
      WHERE w.workspace_id = ${event.workspaceId} AND w.is_enabled AND starts_with(${event.type}, beginning))
    RETURNING 1
  ), ${name}_sent AS (SELECT count(pg_notify('${OUTBOX_CHANNEL}', '')) FROM ${name})`;
}

/** For jobs and sweeps, which act for nobody. */
export async function insertOutboxEvents(db: Db, events: readonly (WebhookEvent & { workspaceId: string })[]): Promise<void> {
  if (events.length === 0) return;
  const rows = storedJson(
    events.map(({ workspaceId, type, data }) => ({ workspace_id: uuidFromTypeId(workspaceId), type, payload: data })),
  );
  const told = insertsOutbox("told", { from: "event", workspaceId: "event.workspace_id", type: "event.type", payload: "event.payload" });
  await db.execute(sql`WITH event AS (SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS e(workspace_id uuid, type text, payload jsonb)),
    ${sql.raw(told)} SELECT count FROM told_sent`);
}
