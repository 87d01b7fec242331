import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, Statements } from "../../system.ts";
import type { AttemptRecord, StepRecord } from "./journal-repository.ts";
import { type DecidedApproval, READ_APPROVALS } from "./journaled-approval.ts";

/** What earlier workers have done of a run. */
export interface JournalContents {
  steps: Map<string, StepRecord>;
  eventKeys: Set<string>;
  attempts: AttemptRecord[];
  approvals: Map<string, DecidedApproval>;
  /** Attempts that budgets hold something for. */
  reserved: Set<string>;
}

const READ_JOURNAL: Statement = {
  name: "read_journal",
  text: `SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_object('key', key, 'kind', kind, 'class', class, 'state', state, 'inputHash', input_hash, 'result', result, 'startedAt', started_at)), '[]') FROM run_steps WHERE run_id = $1) AS steps,
    (SELECT coalesce(jsonb_agg(key), '[]') FROM run_events WHERE run_id = $1) AS event_keys,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'stepKey', step_key, 'provider', provider, 'model', model, 'outcome', outcome, 'failure', failure, 'error', error,
      'httpStatus', http_status, 'retryInMs', retry_in_ms,
      'inputTokens', input_tokens, 'outputTokens', output_tokens, 'costUsd', cost_usd::text, 'isEstimated', is_estimated, 'sentAt', sent_at, 'endedAt', ended_at, 'agentId', agent_id) ORDER BY id), '[]')
      FROM call_attempts WHERE run_id = $1) AS attempts,
    ${READ_APPROVALS},
    (SELECT coalesce(jsonb_agg(DISTINCT attempt_id), '[]') FROM budget_reservations WHERE run_id = $1 AND settled IS NULL) AS reserved`,
};

interface JournalRow {
  steps: StepRecord[];
  event_keys: string[];
  attempts: AttemptRecord[];
  approvals: DecidedApproval[];
  reserved: string[];
}

export async function readJournal(statements: Statements, runId: string): Promise<JournalContents> {
  const [row] = await statements.run<JournalRow>(READ_JOURNAL, [uuidFromTypeId(runId)]);
  if (!row) throw new Error("a SELECT without FROM always has a row");
  return {
    steps: new Map(row.steps.map((step) => [step.key, step])),
    eventKeys: new Set(row.event_keys),
    attempts: row.attempts.map((attempt) => ({
      ...attempt,
      id: typeIdFromUuid("attempt", attempt.id),
      agentId: attempt.agentId ? typeIdFromUuid("agent", attempt.agentId) : null,
    })),
    approvals: new Map(row.approvals.map((approval) => [approval.stepKey, { ...approval, id: typeIdFromUuid("approval", approval.id) }])),
    reserved: new Set(row.reserved.map((id) => typeIdFromUuid("attempt", id))),
  };
}
