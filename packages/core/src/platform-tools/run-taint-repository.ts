import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Statement, Statements } from "../system.ts";

const LIST: Statement = {
  name: "list_run_taint",
  text: `SELECT DISTINCT source FROM (
      SELECT jsonb_array_elements_text(e.data->'taintedBy') AS source FROM run_events e WHERE e.run_id = $1 AND jsonb_typeof(e.data->'taintedBy') = 'array'
      UNION ALL SELECT jsonb_array_elements_text(o.tainted_by) FROM task_outputs o WHERE o.run_id = $1
    ) marks LIMIT 50`,
};

/** Every source outside that something in the run was made from. The caller has checked that the run is the workspace's. */
export async function listRunTaint(statements: Statements, runId: string): Promise<string[]> {
  const rows = await statements.run<{ source: string }>(LIST, [uuidFromTypeId(runId)]);
  return rows.map(({ source }) => source);
}
