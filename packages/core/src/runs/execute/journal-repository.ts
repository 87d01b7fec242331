import { uuidFromTypeId } from "@crew/contracts/ids";
import type { MessagePart } from "@crew/contracts/message-parts";
import type { RunEventType } from "@crew/contracts/run-events";
import type { RunState, WaitReason } from "@crew/contracts/run-states";
import type { AttemptOutcome, RunError } from "@crew/contracts/runs";
import type { ToolClass } from "@crew/contracts/tools";
import type { ChatSummary } from "@crew/engine/chat-context";
import type { DeadRun } from "../../dead-letters/dead-run.ts";
import { insertsDeadRun } from "../../dead-letters/dead-run-repository.ts";
import { storedJson } from "../../stored-json.ts";
import type { ModelFailure, Statement, Statements } from "../../system.ts";
import type { Draw, Drawn } from "./budget-draw.ts";
import type { LaneTurn } from "./claim.ts";
import { type HeardRecord, writeHeard } from "./heard-repository.ts";

import { type ApprovalRecord, writeApprovals } from "./journaled-approval.ts";
import { DRAWN, drawnFromRow, storedDraw, throwRefusal, writeDraw } from "./journaled-draw.ts";
import { type MemoryRecord, writeMemories } from "./journaled-memories.ts";
import { writeSummary } from "./journaled-summary.ts";

export interface StepRecord {
  key: string;
  kind: "model" | "tool" | "human" | "memory" | "timer" | "context";
  class: ToolClass;
  state: "started" | "done";
  inputHash: string;
  result: unknown;
  startedAt: string;
  endedAt: string | null;
}

export interface PendingEvent {
  key: string;
  type: RunEventType;
  at: string;
  taskId: string | null;
  agentId: string | null;
  data: Record<string, unknown>;
}

export interface AttemptRecord {
  id: string;
  stepKey: string;
  provider: string;
  model: string;
  outcome: AttemptOutcome;
  failure: ModelFailure | null;
  /** The provider's words, redacted. */
  error: string | null;
  httpStatus: number | null;
  /** After a failure: how long until it is made again; `null`: it is not. */
  retryInMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costUsd: string | null;
  /** Tokens and cost are our guess. */
  isEstimated?: boolean;
  sentAt: string;
  endedAt: string | null;
  /** Whose words they are; for what usage is told by. */
  agentId?: string | null;
}

export interface OutputRecord {
  position: number;
  taskId: string;
  taskKey: string;
  agentId: string;
  agentKey: string;
  text: string;
  json: unknown;
  taintedBy: string[];
  createdAt: string;
}

/** What the run's own row gains. Money is a list of decimal strings, which PostgreSQL adds up exactly. */
export interface TotalsDelta {
  modelCalls: number;
  toolCalls: number;
  inputTokens: number;
  outputTokens: number;
  costs: string[];
  costUnknown: boolean;
  stepsDone: number;
  tasksDone: number;
}

/** The run leaves the worker's hands with this commit. */
export interface Transition {
  state: Exclude<RunState, "running">;
  reason: WaitReason | null;
  wakeAt: string | null;
  /** Of reason `budget`: who changes it wakes the run. */
  waitsForBudget?: string;
  /** The same from now on, by the database's clock. */
  wakeInMs?: number;
  /** Of a run that waits for its turn at a provider. */
  laneTurn?: LaneTurn | null;
  /** Of a run that pauses: what was said to it up to now. Where there is more, it is queued again at once. */
  heard?: number;
  releasedBecause: "drained" | null;
  output: string | null;
  error: RunError | null;
  /** Of a chat: how its answer reads now. */
  answer: { content: string; state: "complete" | "stopped" | "failed"; taintedBy: string[]; parts: MessagePart[] } | null;
  /** Of a chat: older messages of its branch in fewer words, for the turns that follow. */
  summary?: ChatSummary | null;
  /** Of a run that failed by no fault of its own: what becomes its dead letter. */
  letter?: DeadRun | null;
}

/** Everything that one commit writes. */
export interface Commit {
  events: PendingEvent[];
  steps: StepRecord[];
  attempts: AttemptRecord[];
  outputs: OutputRecord[];
  memories: MemoryRecord[];
  approvals: ApprovalRecord[];
  heard: HeardRecord[];
  totals: TotalsDelta;
  /** `null`: nothing that budgets count. */
  draw: Draw | null;
  transition: Transition | null;
}

const fenced = (leaves: boolean) => `fenced AS (
    UPDATE runs SET last_seq = last_seq + jsonb_array_length($3::jsonb),
      model_calls = model_calls + ($4::jsonb->>'modelCalls')::int, tool_calls = tool_calls + ($4->>'toolCalls')::int,
      input_tokens = input_tokens + ($4->>'inputTokens')::bigint, output_tokens = output_tokens + ($4->>'outputTokens')::bigint,
      cost_usd = cost_usd + (SELECT coalesce(sum(cost::numeric), 0) FROM jsonb_array_elements_text($4->'costs') cost),
      cost_unknown = cost_unknown OR ($4->>'costUnknown')::boolean,
      steps_done = steps_done + ($4->>'stepsDone')::int, tasks_done = tasks_done + ($4->>'tasksDone')::int,
      fruitless_attempts = ${leaves ? "0" : "CASE WHEN ($4->>'stepsDone')::int > 0 THEN 1 ELSE fruitless_attempts END"}`;

const IS_OVERTAKEN = "said > ($5->>'heard')::int";

const LEAVES = `, state = CASE WHEN said > ($5::jsonb->>'heard')::int THEN 'queued' ELSE $5->>'state' END,
      reason = CASE WHEN ${IS_OVERTAKEN} THEN NULL ELSE $5->>'reason' END,
      wake_at = coalesce(($5->>'wakeAt')::timestamptz, now() + ($5->>'wakeInMs')::float8 * interval '1 millisecond'), lane_turn = nullif($5->'laneTurn', 'null'),
      waits_for_budget = ($5->>'waitsForBudget')::uuid,
      lease_owner = NULL, lease_until = NULL, released_at = now(), released_because = CASE WHEN ${IS_OVERTAKEN} THEN 'unpaused' ELSE $5->>'releasedBecause' END,
      active_ms = active_ms + coalesce((extract(epoch FROM now() - claimed_at) * 1000)::bigint, 0),
      output = $5->>'output', error = nullif($5->'error', 'null'::jsonb),
      ended_at = CASE WHEN $5->>'state' IN ('succeeded', 'failed', 'cancelled') THEN now() END`;

const HELD = `
    WHERE id = $1 AND epoch = $2 AND state = 'running'
    RETURNING last_seq - jsonb_array_length($3::jsonb) AS base, workspace_id, crew_id, cancel_requested_by, said
  )`;

/** Word to the workers when a run is handed back, or when it leaves a place to one that waits for it under a cap. */
const WAKES = `, (SELECT pg_notify('crew_runs', '') WHERE $5->>'state' = 'queued' OR $5->>'heard' IS NOT NULL OR EXISTS (
      SELECT FROM run_limits l JOIN runs q ON q.workspace_id = l.workspace_id AND q.state = 'queued'
      WHERE l.workspace_id = fenced.workspace_id AND (l.crew_id IS NULL OR l.crew_id = fenced.crew_id) AND l.max_concurrent_runs IS NOT NULL)) AS woken`;

const EVENTS = `, events AS (
    INSERT INTO run_events (run_id, seq, key, type, at, task_id, agent_id, data)
    SELECT $1, base + place, e->>'key', e->>'type', (e->>'at')::timestamptz, (e->>'taskId')::uuid, (e->>'agentId')::uuid, e->'data'
    FROM fenced, jsonb_array_elements($3::jsonb) WITH ORDINALITY AS list(e, place)
  )`;

/** The optional parts of a commit; `$n` is the place of its JSON among the values. */
const PARTS = {
  steps: (n: number) => `, steps AS (
    INSERT INTO run_steps (run_id, key, kind, class, state, input_hash, result, epoch, started_at, ended_at)
    SELECT $1, s->>'key', s->>'kind', s->>'class', s->>'state', s->>'inputHash', s->'result', $2, (s->>'startedAt')::timestamptz, (s->>'endedAt')::timestamptz
    FROM fenced, jsonb_array_elements($${n}::jsonb) s
    ON CONFLICT (run_id, key) DO UPDATE SET state = excluded.state, result = excluded.result, epoch = excluded.epoch, ended_at = excluded.ended_at
    WHERE run_steps.state <> 'done'
  )`,
  attempts: (n: number) => `, attempts AS (
    INSERT INTO call_attempts (id, run_id, workspace_id, agent_id, step_key, provider, model, outcome, failure, error, http_status, retry_in_ms, input_tokens, output_tokens, cost_usd, is_estimated, epoch, sent_at, ended_at)
    SELECT (a->>'id')::uuid, $1, workspace_id, (a->>'agentId')::uuid, a->>'stepKey', a->>'provider', a->>'model', a->>'outcome', a->>'failure', a->>'error', (a->>'httpStatus')::int, (a->>'retryInMs')::int,
      (a->>'inputTokens')::int, (a->>'outputTokens')::int, (a->>'costUsd')::numeric, coalesce((a->>'isEstimated')::boolean, false), $2, (a->>'sentAt')::timestamptz, (a->>'endedAt')::timestamptz
    FROM fenced, jsonb_array_elements($${n}::jsonb) a
    ON CONFLICT (id) DO UPDATE SET outcome = excluded.outcome, failure = excluded.failure, error = excluded.error, http_status = excluded.http_status,
      retry_in_ms = excluded.retry_in_ms, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
      cost_usd = excluded.cost_usd, is_estimated = excluded.is_estimated, ended_at = excluded.ended_at
  )`,
  outputs: (n: number) => `, outputs AS (
    INSERT INTO task_outputs (run_id, position, task_id, task_key, agent_id, agent_key, text, json, tainted_by, created_at)
    SELECT $1, (o->>'position')::int, (o->>'taskId')::uuid, o->>'taskKey', (o->>'agentId')::uuid, o->>'agentKey', o->>'text',
      nullif(o->'json', 'null'::jsonb), o->'taintedBy', (o->>'createdAt')::timestamptz
    FROM fenced, jsonb_array_elements($${n}::jsonb) o
    ON CONFLICT (run_id, position) DO NOTHING
  )`,
  memories: writeMemories,
  approvals: writeApprovals,
  said: writeHeard,
  draw: writeDraw,
  answer: (n: number) => `, answer AS (
    UPDATE messages SET content = $${n}::jsonb->>'content', state = $${n}->>'state', tainted_by = $${n}->'taintedBy', parts = $${n}->'parts', error = (SELECT nullif($5->'error', 'null'::jsonb) FROM fenced)
    WHERE run_id = (SELECT $1 FROM fenced) AND role = 'assistant'
  )`,
  summary: writeSummary,
  letter: insertsDeadRun,
} as const;

type Part = keyof typeof PARTS;

const commitStatements = new Map<string, Statement>();

/** One statement for each combination of parts that occurs; the common ones stay prepared. */
function commitStatement(parts: readonly Part[], leaves: boolean): Statement {
  const name = `journal${leaves ? "_end" : ""}${parts.map((part) => `_${part}`).join("")}`;
  const known = commitStatements.get(name);
  if (known) return known;
  const first = leaves ? 6 : 5;
  const text = `WITH ${fenced(leaves)}${leaves ? LEAVES : ""}${HELD}${EVENTS}${parts.map((part, i) => PARTS[part](first + i)).join("")}
    SELECT base, cancel_requested_by, said${parts.includes("draw") ? DRAWN : ""}${leaves ? WAKES : ""} FROM fenced`;
  const statement = { name, text };
  commitStatements.set(name, statement);
  return statement;
}

export interface WrittenCommit {
  /** Number of the last event before the commit's own. */
  base: number;
  /** Length of its events as JSON. */
  eventCharacters: number;
  cancelRequestedBy: string | null;
  /** How many messages people have sent to the run. */
  said: number;
  /** `null`: no budget applies to the run. */
  drawn: Drawn | null;
}

/**
 * Writes a commit in one statement, so in one round trip and one transaction, behind the fence. Returns `undefined` when
 * the run is not this worker's any more, and throws `BudgetReached` when a budget has no room for a call that begins;
 * nothing was written then.
 */
export async function writeCommit(
  statements: Statements,
  runId: string,
  epoch: number,
  commit: Commit,
): Promise<WrittenCommit | undefined> {
  const optional: [Part, unknown][] = [];
  if (commit.steps.length > 0) optional.push(["steps", commit.steps]);
  if (commit.attempts.length > 0) optional.push(["attempts", commit.attempts.map(attemptWithUuids)]);
  if (commit.outputs.length > 0) optional.push(["outputs", commit.outputs.map(withUuids)]);
  if (commit.memories.length > 0) optional.push(["memories", commit.memories.map((m) => ({ ...m, id: uuidFromTypeId(m.id) }))]);
  if (commit.approvals.length > 0) optional.push(["approvals", commit.approvals.map((a) => ({ ...a, id: uuidFromTypeId(a.id) }))]);
  if (commit.heard.length > 0) optional.push(["said", commit.heard]);
  if (commit.draw) optional.push(["draw", storedDraw(commit.draw)]);
  if (commit.transition?.answer) optional.push(["answer", commit.transition.answer]);
  if (commit.transition?.summary) optional.push(["summary", commit.transition.summary]);
  const letter = commit.transition?.letter;
  if (letter) optional.push(["letter", { ...letter, id: uuidFromTypeId(letter.id) }]);
  const parts = optional.map(([part]) => part);
  const statement = commitStatement(parts, commit.transition !== null);
  const events = storedJson(commit.events.map(withUuids));
  const values = [
    uuidFromTypeId(runId),
    epoch,
    events,
    storedJson(commit.totals),
    ...(commit.transition ? [storedJson(transitionWithUuids(commit.transition))] : []),
    ...optional.map(([, value]) => storedJson(value)),
  ];
  const [row] = await statements.run<CommitRow>(statement, values).catch(throwRefusal);
  if (!row) return undefined;
  return {
    base: row.base,
    eventCharacters: events.length,
    cancelRequestedBy: row.cancel_requested_by,
    said: row.said,
    drawn: row.drawn ? drawnFromRow(row.drawn) : null,
  };
}

interface CommitRow {
  base: number;
  cancel_requested_by: string | null;
  said: number;
  drawn?: Drawn | null;
}

function transitionWithUuids(transition: Transition): Transition {
  const { waitsForBudget } = transition;
  return waitsForBudget ? { ...transition, waitsForBudget: uuidFromTypeId(waitsForBudget) } : transition;
}

function attemptWithUuids(attempt: AttemptRecord): AttemptRecord {
  return { ...attempt, id: uuidFromTypeId(attempt.id), agentId: attempt.agentId ? uuidFromTypeId(attempt.agentId) : null };
}

function withUuids<T extends { taskId: string | null; agentId: string | null }>(record: T): T {
  return { ...record, taskId: record.taskId && uuidFromTypeId(record.taskId), agentId: record.agentId && uuidFromTypeId(record.agentId) };
}
