import type { ApprovalDecision, ApprovalKind } from "@crew/contracts/approvals";
import type { HumanPolicy } from "@crew/contracts/crews";
import type { GatedCall, UnknownCall } from "@crew/contracts/tools";

/** The questions of a run, as a part of its journal. */

export interface ApprovalRecord {
  id: string;
  stepKey: string;
  kind: ApprovalKind;
  taskKey: string | null;
  message: string;
  output: string;
  agentKey: string | null;
  call: GatedCall | null;
  callParameters: Record<string, unknown> | null;
  unknownCall: UnknownCall | null;
  /** The crew's rule for silence; its time begins with the commit. */
  policy: HumanPolicy | null;
  /** Somebody may want mail of it. */
  announce: boolean;
}

export interface DecidedApproval {
  id: string;
  stepKey: string;
  decision: ApprovalDecision | null;
  feedback: string;
  decidedBy: string | null;
  call: GatedCall | null;
  editedOutput: string | null;
  editedArguments: Record<string, unknown> | null;
  policy: HumanPolicy | null;
}

/** A part of the journal's one statement; `$n` is the place of its JSON among the values. */
export const writeApprovals = (n: number) => `, approvals AS (
    INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, task_key, agent_key, message, output, call, call_parameters, unknown_call, policy,
      deadline_at, announced_at, created_at)
    SELECT (a->>'id')::uuid, workspace_id, $1, a->>'stepKey', a->>'kind', a->>'taskKey', a->>'agentKey', a->>'message', a->>'output',
      nullif(a->'call', 'null'::jsonb), nullif(a->'callParameters', 'null'::jsonb), nullif(a->'unknownCall', 'null'::jsonb), nullif(a->'policy', 'null'::jsonb),
      now() + make_interval(mins => (a->'policy'->>'deadlineMinutes')::int), CASE WHEN (a->>'announce')::boolean THEN NULL ELSE now() END, now()
    FROM fenced, jsonb_array_elements($${n}::jsonb) a
    ON CONFLICT (run_id, step_key) DO NOTHING
  )`;

export const READ_APPROVALS = `(SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'stepKey', step_key, 'decision', decision, 'feedback', feedback, 'decidedBy', decided_by, 'call', call,
      'editedOutput', edited_output, 'editedArguments', edited_arguments, 'policy', policy)), '[]') FROM approvals WHERE run_id = $1) AS approvals`;
