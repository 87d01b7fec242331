import type { ApprovalKind } from "@crew/contracts/approvals";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { TestSystem } from "./open-test-system.ts";

/** A queued run waits with a question, as if a worker had asked it. */
export async function plantQuestion(
  system: Pick<TestSystem, "pool" | "newId">,
  runId: string,
  question: { kind?: ApprovalKind; message?: string; policy?: object; call?: object; parameters?: object } = {},
): Promise<string> {
  const id = system.newId("approval");
  const { kind = "human_input", message = "Right?", policy = null, call = null, parameters = null } = question;
  await system.pool.query(
    `INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, task_key, agent_key, message, output, call, call_parameters, policy, deadline_at, created_at)
     SELECT $1::uuid, workspace_id, id, $1::uuid::text, $3, 'find', 'scout', $4, 'Draft', $6, $7, $5, now() + make_interval(mins => ($5::jsonb->>'deadlineMinutes')::int), now()
     FROM runs WHERE id = $2`,
    [uuidFromTypeId(id), uuidFromTypeId(runId), kind, message, policy, call, parameters],
  );
  const reason = kind === "tool_call" ? "approval" : kind === "question" ? "human_input" : kind;
  await system.pool.query("UPDATE runs SET state = 'waiting', reason = $2 WHERE id = $1", [uuidFromTypeId(runId), reason]);
  return id;
}
