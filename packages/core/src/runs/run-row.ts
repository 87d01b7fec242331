import { typeIdFromUuid } from "@crew/contracts/ids";
import type { RunKind, RunState, WaitReason } from "@crew/contracts/run-states";
import type { Run, RunError, RunStarter } from "@crew/contracts/runs";

/** A row of `runs` as a prepared statement gives it. */
export interface RunRow {
  id: string;
  kind: RunKind;
  crew_id: string | null;
  crew_version: number | null;
  conversation_id: string | null;
  title: string;
  inputs: Run["inputs"];
  started_by: RunStarter;
  state: RunState;
  reason: WaitReason | null;
  priority: number;
  deadline_at: string | null;
  attempt: number;
  model_calls: number;
  tool_calls: number;
  input_tokens: number;
  output_tokens: number;
  cost_usd: string;
  cost_unknown: boolean;
  steps_done: number;
  tasks_done: number;
  tasks_total: number;
  output: string | null;
  error: RunError | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export const RUN_COLUMNS = `id, kind, crew_id, crew_version, conversation_id, title, inputs, started_by, state, reason, priority, deadline_at, attempt,
  model_calls, tool_calls, input_tokens, output_tokens, cost_usd, cost_unknown, steps_done, tasks_done, tasks_total,
  output, error, created_at, started_at, ended_at`;

export function runFromRow(row: RunRow): Run {
  return {
    id: typeIdFromUuid("run", row.id),
    kind: row.kind,
    crewId: row.crew_id && typeIdFromUuid("crew", row.crew_id),
    crewName: row.title,
    crewVersion: row.crew_version,
    conversationId: row.conversation_id && typeIdFromUuid("conversation", row.conversation_id),
    state: row.state,
    reason: row.reason,
    inputs: row.inputs,
    priority: row.priority,
    deadlineAt: row.deadline_at,
    attempt: row.attempt,
    totals: {
      modelCalls: row.model_calls,
      toolCalls: row.tool_calls,
      inputTokens: row.input_tokens,
      outputTokens: row.output_tokens,
      costUsd: row.cost_unknown ? null : usd(row.cost_usd),
    },
    progress: { stepsDone: row.steps_done, tasksDone: row.tasks_done, tasksTotal: row.tasks_total },
    output: row.output,
    error: row.error,
    startedBy: row.started_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

/** At least cents, and every digit beyond them that says something: `0.00`, `0.000135`. */
export function usd(numeric: string): string {
  const [whole = "0", fraction = ""] = numeric.split(".");
  return `${whole}.${fraction.replace(/0+$/, "").padEnd(2, "0")}`;
}
