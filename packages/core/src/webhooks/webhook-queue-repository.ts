import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import { storedJson } from "../stored-json.ts";
import type { Statement, Statements } from "../system.ts";

export interface DueDelivery {
  id: string;
  type: string;
  payload: Record<string, unknown>;
  createdAt: string;
  /** Which attempt this is, over all. */
  attempts: number;
  /** Attempts before it was last put back into the queue. */
  earlierAttempts: number;
}

/** What one webhook is to be sent now, in order, with what sending takes: the address, and sealed secrets with what opens them. */
export interface DueBatch {
  webhookId: string;
  workspaceId: string;
  url: string;
  secrets: { sealed: string; wrappedKey: string }[];
  /** It took nothing lately. */
  isFailing: boolean;
  deliveries: DueDelivery[];
}

/** Longer than a batch may take; what is not ended by then was lost with its process and is due again. */
const LEASE = "interval '40 seconds'";
const BATCH = 20;

/** What is lost with the server is sent once more under the same id, so no disk is waited for. */
const QUICK_COMMIT = "(SELECT set_config('synchronous_commit', 'off', true))";

/**
 * The oldest due deliveries of webhooks that have none under way, so that a slow receiver holds back itself alone. One
 * that took nothing lately gets a single one. `lanes` hops from webhook to webhook over the index of what is pending.
 * Attempts are counted before they are made.
 */
const CLAIM: Statement = {
  name: "claim_webhook_deliveries",
  text: `WITH RECURSIVE lanes AS (
      (SELECT webhook_id FROM webhook_deliveries WHERE state = 'pending' ORDER BY webhook_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.webhook_id FROM webhook_deliveries d WHERE d.state = 'pending' AND d.webhook_id > lanes.webhook_id ORDER BY d.webhook_id LIMIT 1)
      FROM lanes WHERE lanes.webhook_id IS NOT NULL
    ), ready AS (
      SELECT w.id, oldest.due_at, w.failing_since IS NOT NULL AS is_failing,
        row_number() OVER (PARTITION BY w.failing_since IS NOT NULL ORDER BY oldest.due_at, w.id) AS place
      FROM lanes JOIN webhooks w ON w.id = lanes.webhook_id AND w.is_enabled
      CROSS JOIN LATERAL (
        SELECT min(next_attempt_at) AS due_at FROM webhook_deliveries WHERE webhook_id = w.id AND state = 'pending'
      ) oldest
      WHERE oldest.due_at <= now() AND NOT EXISTS (SELECT FROM webhook_deliveries s WHERE s.webhook_id = w.id AND s.sending_until > now())
    ), picked AS (
      SELECT id, is_failing FROM ready WHERE NOT is_failing OR place <= $2 ORDER BY is_failing, due_at, id LIMIT $1
    ), held AS (
      SELECT w.id, w.url, w.secret_sealed, w.former_secret_sealed, w.former_until, picked.is_failing
      FROM webhooks w JOIN picked ON picked.id = w.id FOR NO KEY UPDATE OF w SKIP LOCKED
    ), begun AS (
      UPDATE webhook_deliveries d SET attempts = attempts + 1, sending_until = now() + ${LEASE}, next_attempt_at = now() + ${LEASE}
      FROM held CROSS JOIN LATERAL (
        SELECT id FROM webhook_deliveries WHERE webhook_id = held.id AND state = 'pending' AND next_attempt_at <= now()
        ORDER BY next_attempt_at, seq LIMIT CASE WHEN held.is_failing THEN 1 ELSE ${BATCH} END
      ) due
      WHERE d.id = due.id AND d.state = 'pending' AND d.next_attempt_at <= now()
      RETURNING d.*
    )
    SELECT held.id AS webhook_id, (array_agg(b.workspace_id))[1] AS workspace_id, held.url, held.is_failing,
      jsonb_agg(jsonb_build_object('id', b.id, 'type', b.type, 'payload', b.payload, 'createdAt', b.created_at, 'attempts', b.attempts,
        'earlierAttempts', b.earlier_attempts) ORDER BY b.seq) AS deliveries,
      (SELECT jsonb_agg(jsonb_build_object('sealed', s.sealed, 'wrappedKey', k.wrapped_key))
       FROM unnest(ARRAY[held.secret_sealed, CASE WHEN held.former_until > now() THEN held.former_secret_sealed END]) AS s(sealed)
       JOIN data_keys k ON k.workspace_id = (array_agg(b.workspace_id))[1] AND k.key_id = split_part(s.sealed, '.', 2)) AS secrets,
      ${QUICK_COMMIT} AS quick
    FROM begun b JOIN held ON held.id = b.webhook_id GROUP BY held.id, held.url, held.is_failing, held.secret_sealed, held.former_secret_sealed, held.former_until`,
};

/** `room`: how many webhooks; `failingRoom`: how many of them may be such as took nothing lately. */
export async function claimDueDeliveries(statements: Statements, room: { room: number; failingRoom: number }): Promise<DueBatch[]> {
  type Row = Pick<DueBatch, "url" | "deliveries" | "secrets"> & { webhook_id: string; workspace_id: string; is_failing: boolean };
  const rows = await statements.run<Row>(CLAIM, [room.room, room.failingRoom]);
  return rows.map(({ webhook_id, workspace_id, url, secrets, is_failing, deliveries }) => ({
    webhookId: typeIdFromUuid("webhook", webhook_id),
    workspaceId: typeIdFromUuid("workspace", workspace_id),
    url,
    secrets,
    isFailing: is_failing,
    deliveries: deliveries.map((delivery) => ({
      ...delivery,
      id: typeIdFromUuid("delivery", delivery.id),
      createdAt: new Date(delivery.createdAt).toISOString(),
    })),
  }));
}

export interface EndedAttempt {
  delivery: DueDelivery;
  state: "pending" | "delivered" | "failed";
  responseStatus: number | null;
  responseExcerpt: string | null;
  error: string | null;
  durationMs: number;
  /** Before the end of its batch, when this is written. */
  endedAgoMs: number;
  /** Of a pending one: until its next attempt. */
  waitSeconds: number | null;
}

/** Fenced by each attempt's number: a process that was away longer than its lease writes nothing. */
const END: Statement = {
  name: "end_webhook_attempts",
  text: `WITH result AS (
      SELECT * FROM jsonb_to_recordset($2::jsonb) AS r(id uuid, attempts int, state text, "responseStatus" int, "responseExcerpt" text, error text,
        "durationMs" int, "endedAgoMs" int, "waitSeconds" float)
    ), ended AS (
      UPDATE webhook_deliveries d SET state = r.state, response_status = r."responseStatus", error = r.error, sending_until = NULL,
        next_attempt_at = CASE WHEN r.state = 'pending' THEN now() + make_interval(secs => r."waitSeconds") END,
        ended_at = CASE WHEN r.state <> 'pending' THEN now() - make_interval(secs => r."endedAgoMs" / 1000.0) END
      FROM result r WHERE d.id = r.id AND d.attempts = r.attempts AND d.sending_until IS NOT NULL
      RETURNING d.workspace_id, r.*
    ), noted AS (
      INSERT INTO webhook_attempts (delivery_id, number, workspace_id, started_at, duration_ms, response_status, response_excerpt, error)
      SELECT id, attempts, workspace_id, now() - make_interval(secs => ("endedAgoMs" + "durationMs") / 1000.0), "durationMs", "responseStatus", "responseExcerpt", error
      FROM ended
    ), health AS (
      SELECT bool_or(state = 'delivered') AS took, bool_or(state <> 'delivered') AS refused FROM ended
    ), told AS (
      UPDATE webhooks SET failing_since = CASE WHEN refused THEN now() END FROM health
      WHERE id = $1 AND CASE WHEN refused THEN took OR failing_since IS NULL ELSE failing_since IS NOT NULL END
    )
    SELECT NOT took AND coalesce(w.failing_since < now() - make_interval(days => $3), false) AS is_hopeless, ${QUICK_COMMIT} AS quick
    FROM health, webhooks w WHERE w.id = $1 AND health.refused`,
};

/** Whether the webhook has taken nothing for `hopelessDays`. */
export async function endAttempts(
  statements: Statements,
  webhookId: string,
  ended: readonly EndedAttempt[],
  hopelessDays: number,
): Promise<{ isHopeless: boolean }> {
  const results = ended.map(({ delivery, ...rest }) => ({ id: uuidFromTypeId(delivery.id), attempts: delivery.attempts, ...rest }));
  const [row] = await statements.run<{ is_hopeless: boolean }>(END, [uuidFromTypeId(webhookId), storedJson(results), hopelessDays]);
  return { isHopeless: row?.is_hopeless ?? false };
}

const GIVE_BACK: Statement = {
  name: "give_back_webhook_deliveries",
  text: `UPDATE webhook_deliveries d SET sending_until = NULL, next_attempt_at = now(), attempts = d.attempts - 1
    FROM jsonb_to_recordset($1::jsonb) AS b(id uuid, attempts int) WHERE d.id = b.id AND d.attempts = b.attempts AND d.sending_until IS NOT NULL`,
};

/** What was claimed and not sent is due at once, and no attempt was made. */
export async function giveBackDeliveries(statements: Statements, deliveries: readonly DueDelivery[]): Promise<void> {
  const back = deliveries.map(({ id, attempts }) => ({ id: uuidFromTypeId(id), attempts }));
  if (back.length > 0) await statements.run(GIVE_BACK, [JSON.stringify(back)]);
}
