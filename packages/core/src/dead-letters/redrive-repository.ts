import { uuidFromTypeId } from "@crew/contracts/ids";
import { runsTable as runs } from "@crew/db/runs-table";
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** What a run that continues another one takes over from its row. */
export async function findFailedRun(db: Db, workspaceId: string, runId: string) {
  const { kind, crewId, crewVersion, title, inputs, tasksTotal, startedBy } = runs;
  const [row] = await db
    .select({ kind, crewId, crewVersion, title, inputs, tasksTotal, startedBy })
    .from(runs)
    .where(and(eq(runs.workspaceId, workspaceId), eq(runs.id, runId), eq(runs.state, "failed")));
  return row;
}

/**
 * Hands a run's journal to another one that was queued in this transaction: whatever is finished is not done again, and
 * what was begun is known to have been. Attempts are counted on, so that what is told once for each (resumptions, waits)
 * has a place. The ledger stays with the run that it charged. One statement.
 */
export async function continueRun(db: Db, workspaceId: string, oldRunId: string, newRunId: string): Promise<void> {
  const [from, to, workspace] = [uuidFromTypeId(oldRunId), uuidFromTypeId(newRunId), uuidFromTypeId(workspaceId)];
  await db.execute(sql`WITH old AS (
      SELECT id, attempt, steps_done, tasks_done, coalesce(effects_key, id) AS effects_key FROM runs WHERE id = ${from} AND workspace_id = ${workspace}
    ), texts AS (
      INSERT INTO run_documents (run_id, position, name, text) SELECT ${to}, position, name, text FROM run_documents d JOIN old ON d.run_id = old.id
    ), steps AS (
      INSERT INTO run_steps (run_id, key, kind, class, state, input_hash, result, epoch, started_at, ended_at)
      SELECT ${to}, key, kind, class, state, input_hash, result, 0, started_at, ended_at FROM run_steps s JOIN old ON s.run_id = old.id
    ), told AS (
      INSERT INTO run_events (run_id, seq, key, type, at, task_id, agent_id, data)
      SELECT ${to}, row_number() OVER (ORDER BY seq), key, type, at, task_id, agent_id, data FROM run_events e JOIN old ON e.run_id = old.id
      WHERE key <> 'end' AND type <> 'task_failed'
      ON CONFLICT (run_id, seq) DO UPDATE SET at = excluded.at, data = excluded.data
      RETURNING seq
    ), outputs AS (
      INSERT INTO task_outputs (run_id, position, task_id, task_key, agent_id, agent_key, text, json, files, tainted_by, created_at)
      SELECT ${to}, position, task_id, task_key, agent_id, agent_key, text, json, files, tainted_by, created_at FROM task_outputs o JOIN old ON o.run_id = old.id
    ), answers AS (
      -- A new id each, which sorts by the time of the old one. What was withdrawn was never answered, and a run that was to fail did.
      INSERT INTO approvals SELECT copy.* FROM approvals a JOIN old ON a.run_id = old.id, jsonb_populate_record(a, jsonb_build_object(
        'id', left(a.id::text, 15) || substr(gen_random_uuid()::text, 16), 'run_id', ${to}::uuid)) copy
      WHERE a.decision IS NOT NULL AND a.decision NOT IN ('fail', 'withdrawn')
    ), words AS (
      -- What no turn has seen was said to a run that has ended.
      INSERT INTO run_messages SELECT copy.* FROM run_messages m JOIN old ON m.run_id = old.id, jsonb_populate_record(m, jsonb_build_object('run_id', ${to}::uuid)) copy
      WHERE m.seen_step IS NOT NULL
      RETURNING seq
    ), linked AS (
      INSERT INTO run_links (run_id, kind, linked_run_id) SELECT ${to}, 'redrive_of', id FROM old
    )
    UPDATE runs SET last_seq = (SELECT max(seq) FROM told), said = (SELECT count(*) FROM words), attempt = old.attempt, steps_done = old.steps_done, tasks_done = old.tasks_done,
      effects_key = old.effects_key, released_at = now(), released_because = 'redriven'
    FROM old WHERE runs.id = ${to}`);
}
