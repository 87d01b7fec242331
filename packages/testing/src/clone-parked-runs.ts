import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { TestSystem } from "./open-test-system.ts";

const COPIED = {
  run_steps: "key, kind, class, state, input_hash, result, epoch, started_at, ended_at",
  run_events: "seq, key, type, at, task_id, agent_id, data",
};

/** So many more runs that wait as this one does, with its journal and its question. Returns their questions. */
export async function cloneParkedRuns(system: Pick<TestSystem, "pool">, runId: string, count: number): Promise<string[]> {
  const run = uuidFromTypeId(runId);
  const { rows: columns } = await system.pool.query<{ name: string }>(
    `SELECT quote_ident(column_name) AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'runs' AND column_name <> 'id' AND is_generated = 'NEVER'`,
  );
  const rest = columns.map(({ name }) => name).join(", ");
  const { rows: made } = await system.pool.query<{ id: string }>(
    `INSERT INTO runs (id, ${rest}) SELECT uuidv7(), ${rest} FROM runs, generate_series(1, $2) WHERE id = $1 RETURNING id`,
    [run, count],
  );
  const ids = made.map(({ id }) => id);
  for (const [table, list] of Object.entries(COPIED))
    await system.pool.query(
      `INSERT INTO ${table} (run_id, ${list}) SELECT target, ${list} FROM ${table}, unnest($2::uuid[]) target WHERE run_id = $1`,
      [run, ids],
    );
  const { rows: questions } = await system.pool.query<{ id: string }>(
    `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, task_key, agent_key, message, output, policy, deadline_at, announced_at, created_at)
     SELECT uuidv7(), workspace_id, target, step_key, kind, task_key, agent_key, message, output, policy, deadline_at, now(), now()
     FROM approvals, unnest($2::uuid[]) target WHERE run_id = $1 RETURNING id`,
    [run, ids],
  );
  return questions.map(({ id }) => typeIdFromUuid("approval", id));
}
