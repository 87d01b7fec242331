import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page } from "@crew/contracts/page";
import type { RunEvent } from "@crew/contracts/run-events";
import type { CallAttempt, Run, RunListQuery, TaskOutput } from "@crew/contracts/runs";
import { crewVersionsTable as versions } from "@crew/db/crew-versions-table";
import { runDocumentsTable as documents } from "@crew/db/run-documents-table";
import { runEventsTable as events } from "@crew/db/run-events-table";
import { runsTable as runs } from "@crew/db/runs-table";
import { taskOutputsTable as outputs } from "@crew/db/task-outputs-table";
import { and, asc, eq, sql } from "drizzle-orm";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db, Statement, Statements } from "../system.ts";
import { RUN_COLUMNS, type RunRow, runFromRow, usd } from "./run-row.ts";

const FIND_RUN: Statement = { name: "find_run", text: `SELECT ${RUN_COLUMNS} FROM runs WHERE id = $1 AND workspace_id = $2` };

export async function findRun(statements: Statements, workspaceId: string, runId: string): Promise<Run | undefined> {
  const [row] = await statements.run<RunRow>(FIND_RUN, [uuidFromTypeId(runId), uuidFromTypeId(workspaceId)]);
  return row && runFromRow(row);
}

const LIST_RUNS: Statement = {
  name: "list_runs",
  text: `SELECT ${RUN_COLUMNS} FROM runs
    WHERE workspace_id = $1 AND NOT is_temporary AND ($2::uuid IS NULL OR crew_id = $2) AND ($3::text IS NULL OR state = $3)
      AND ($4::text IS NULL OR kind = $4) AND ($5::uuid IS NULL OR id < $5) AND ($7::uuid[] IS NULL OR crew_id = ANY($7))
    ORDER BY id DESC LIMIT $6`,
};

/** `only`: runs of these crews alone. */
export async function listRunsPage(
  statements: Statements,
  workspaceId: string,
  query: RunListQuery,
  only?: readonly string[],
): Promise<Page<Run>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await statements.run<RunRow>(LIST_RUNS, [
    uuidFromTypeId(workspaceId),
    query.crewId ? uuidFromTypeId(query.crewId) : null,
    query.state ?? null,
    query.kind ?? null,
    after ? uuidFromTypeId(after) : null,
    query.limit + 1,
    only?.map(uuidFromTypeId) ?? null,
  ]);
  return pageFrom(rows.map(runFromRow), query.limit, (run) => [run.id]);
}

const LIST_EVENTS: Statement = {
  name: "list_run_events",
  text: `SELECT seq, type, at, task_id, agent_id, data FROM run_events WHERE run_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
};

interface EventRow {
  seq: number;
  type: RunEvent["type"];
  at: string;
  task_id: string | null;
  agent_id: string | null;
  data: RunEvent["data"];
}

/** The caller has checked that the run is the workspace's. */
export async function listEventsAfter(statements: Statements, runId: string, after: number, limit: number): Promise<RunEvent[]> {
  const rows = await statements.run<EventRow>(LIST_EVENTS, [uuidFromTypeId(runId), after, limit]);
  return rows.map((row) => eventFromRow(runId, row));
}

function eventFromRow(runId: string, { task_id, agent_id, ...row }: EventRow): RunEvent {
  return {
    ...row,
    runId,
    taskId: task_id && typeIdFromUuid("task", task_id),
    agentId: agent_id && typeIdFromUuid("agent", agent_id),
  };
}

const LAST_EVENTS: Statement = {
  name: "list_last_events",
  text: `SELECT * FROM (SELECT seq, type, at, task_id, agent_id, data FROM run_events WHERE run_id = $1 ORDER BY seq DESC LIMIT $2) last ORDER BY seq`,
};

/** The caller has checked that the run is the workspace's. */
export async function listLastEvents(statements: Statements, runId: string, limit: number): Promise<RunEvent[]> {
  const rows = await statements.run<EventRow>(LAST_EVENTS, [uuidFromTypeId(runId), limit]);
  return rows.map((row) => eventFromRow(runId, row));
}

export async function listTaskOutputs(db: Db, runId: string): Promise<TaskOutput[]> {
  const rows = await db.select().from(outputs).where(eq(outputs.runId, runId)).orderBy(asc(outputs.position));
  return rows.map(({ runId: _, position: __, ...output }) => ({ ...output, json: (output.json ?? null) as TaskOutput["json"] }));
}

const LIST_LEDGER: Statement = {
  name: "list_ledger",
  text: `SELECT id, step_key, provider, model, outcome, failure, error, http_status, retry_in_ms, input_tokens, output_tokens, cost_usd, is_estimated, sent_at, ended_at
    FROM call_attempts WHERE run_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
};

interface AttemptRow {
  id: string;
  step_key: string;
  provider: string;
  model: string;
  outcome: CallAttempt["outcome"];
  failure: CallAttempt["failure"];
  error: string | null;
  http_status: number | null;
  retry_in_ms: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: string | null;
  is_estimated: boolean;
  sent_at: string;
  ended_at: string | null;
}

export async function listLedgerPage(
  statements: Statements,
  runId: string,
  query: { limit: number; cursor?: string },
): Promise<Page<CallAttempt>> {
  const [after] = decodeCursor(query.cursor, 1);
  const rows = await statements.run<AttemptRow>(LIST_LEDGER, [
    uuidFromTypeId(runId),
    after ? uuidFromTypeId(after) : null,
    query.limit + 1,
  ]);
  const attempts = rows.map((row) => ({
    attemptId: typeIdFromUuid("attempt", row.id),
    stepKey: row.step_key,
    provider: row.provider,
    model: row.model,
    outcome: row.outcome,
    failure: row.failure,
    error: row.error,
    httpStatus: row.http_status,
    retryInMs: row.retry_in_ms,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    costUsd: row.cost_usd && usd(row.cost_usd),
    isEstimated: row.is_estimated,
    sentAt: row.sent_at,
    endedAt: row.ended_at,
  }));
  return pageFrom(attempts, query.limit, (attempt) => [attempt.attemptId]);
}

export async function findRunDefinition(
  db: Db,
  run: Run,
): Promise<{ definition: unknown; documents: { name: string; characters: number }[] }> {
  const texts = await db
    .select({ name: documents.name, characters: sql<number>`length(${documents.text})` })
    .from(documents)
    .where(eq(documents.runId, run.id))
    .orderBy(asc(documents.position));
  if (run.crewId === null || run.crewVersion === null) return { definition: null, documents: texts };
  const [version] = await db
    .select({ definition: versions.definition })
    .from(versions)
    .where(and(eq(versions.crewId, run.crewId), eq(versions.version, run.crewVersion)));
  return { definition: version?.definition ?? null, documents: texts };
}

/** Every run of a workspace or crew that has not ended, in one statement; returns the runs that ended with it. */
export async function cancelAllRunRows(
  db: Db,
  workspaceId: string,
  { crewId, by, at }: { crewId: string | null; by: string; at: string },
): Promise<{ ended: string[]; stopping: number }> {
  const { rows } = await db.execute<{ ended: string[]; stopping: number }>(sql`WITH alive AS (
      SELECT id, state, kind, last_seq FROM runs
      WHERE workspace_id = ${uuidFromTypeId(workspaceId)} AND (${crewId && uuidFromTypeId(crewId)}::uuid IS NULL OR crew_id = ${crewId && uuidFromTypeId(crewId)}::uuid)
        AND state IN ('queued', 'waiting', 'running')
      ORDER BY id FOR UPDATE
    ), told AS (
      UPDATE runs SET cancel_requested_by = coalesce(cancel_requested_by, ${by}) FROM alive
      WHERE runs.id = alive.id AND alive.state = 'running' RETURNING runs.id
    ), ended AS (
      UPDATE runs SET state = 'cancelled', reason = NULL, wake_at = NULL, cancel_requested_by = ${by}, ended_at = ${at}::timestamptz, last_seq = runs.last_seq + 1
      FROM alive WHERE runs.id = alive.id AND alive.state <> 'running' RETURNING runs.id, runs.last_seq, runs.kind
    ), ends AS (
      INSERT INTO run_events (run_id, seq, key, type, at, data)
      SELECT id, last_seq, 'end', 'run_cancelled', ${at}::timestamptz, jsonb_build_object('by', ${by}::text) FROM ended
    ), attempts AS (
      UPDATE call_attempts SET outcome = 'ambiguous', ended_at = ${at}::timestamptz FROM ended WHERE call_attempts.run_id = ended.id AND outcome = 'pending'
    ), answers AS (
      UPDATE messages SET state = 'stopped' FROM ended WHERE ended.kind = 'chat' AND messages.run_id = ended.id AND messages.state = 'pending'
    )
    SELECT coalesce((SELECT array_agg(id::text) FROM ended), '{}') AS ended, (SELECT count(pg_notify('crew_cancel', id::text))::int FROM told) AS stopping`);
  const [row] = rows;
  return { ended: (row?.ended ?? []).map((id) => typeIdFromUuid("run", id)), stopping: row?.stopping ?? 0 };
}

/** What a cancel did: ended a run that nobody holds, told the worker that holds it, or found it ended. */
export type CancelOutcome = "ended" | "requested" | "was_terminal";

/**
 * A run that no worker holds ends here and now; a running one is marked and its worker told, which ends it. Both carry
 * the row's lock, so that a claim in the same moment sees either the end or the mark.
 */
export async function cancelRunRow(
  db: Db,
  workspaceId: string,
  runId: string,
  by: string,
  now: string,
): Promise<CancelOutcome | undefined> {
  const [run] = await db
    .select({ state: runs.state, lastSeq: runs.lastSeq, kind: runs.kind })
    .from(runs)
    .where(and(eq(runs.id, runId), eq(runs.workspaceId, workspaceId)))
    .for("update");
  if (!run) return undefined;
  if (run.state === "running") {
    await db
      .update(runs)
      .set({ cancelRequestedBy: sql`coalesce(${runs.cancelRequestedBy}, ${by})` })
      .where(eq(runs.id, runId));
    await db.execute(sql`SELECT pg_notify('crew_cancel', ${uuidFromTypeId(runId)})`);
    return "requested";
  }
  if (run.state !== "queued" && run.state !== "waiting") return "was_terminal";
  await db
    .update(runs)
    .set({ state: "cancelled", reason: null, wakeAt: null, cancelRequestedBy: by, endedAt: now, lastSeq: run.lastSeq + 1 })
    .where(eq(runs.id, runId));
  await db.insert(events).values({ runId, seq: run.lastSeq + 1, key: "end", type: "run_cancelled", at: now, data: { by } });
  // Left open by a worker that was lost: nobody asks again.
  await db.execute(
    sql`UPDATE call_attempts SET outcome = 'ambiguous', ended_at = ${now}::timestamptz WHERE run_id = ${uuidFromTypeId(runId)} AND outcome = 'pending'`,
  );
  if (run.kind === "chat")
    await db.execute(sql`UPDATE messages SET state = 'stopped' WHERE run_id = ${uuidFromTypeId(runId)} AND state = 'pending'`);
  return "ended";
}
