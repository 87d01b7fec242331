import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { ApprovalId, RunId } from "./ids.ts";
import { listOf } from "./page.ts";
import { runParams } from "./runs.ts";
import { GatedCall } from "./tools.ts";

/**
 * `human_input`: a task's output awaits review. `needs_attention`: an unsafe tool's outcome is unknown. `tool_call`: an
 * agent that has read content from outside wants to act.
 */
export const ApprovalKind = z.enum(["human_input", "needs_attention", "tool_call"]);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/**
 * `approve` takes the output as it is; `revise` sends `feedback` back to the agent. For `needs_attention`:
 * `happened` goes on as if the tool had answered with `feedback`, `did_not_happen` lets it run once more, `fail` ends the run. For
 * `tool_call`: `approve` lets exactly this call run once, `reject` tells the agent `feedback` instead, `fail` ends the run.
 */
export const ApprovalDecision = z.enum(["approve", "revise", "happened", "did_not_happen", "reject", "fail"]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

export const Approval = z
  .object({
    id: ApprovalId,
    runId: RunId,
    kind: ApprovalKind,
    taskKey: z.string().nullable(),
    message: z.string(),
    /** The draft to review, or the tool call with its exact arguments. */
    output: z.string(),
    /** Of a `tool_call`. */
    call: GatedCall.nullable(),
    decision: ApprovalDecision.nullable(),
    feedback: z.string(),
    decidedBy: z.string().nullable(),
    createdAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Approval" });
export type Approval = z.infer<typeof Approval>;

export const DecideApproval = z.strictObject({ decision: ApprovalDecision, feedback: z.string().max(20_000).default("") });
export type DecideApproval = z.infer<typeof DecideApproval>;

const approvalParams = z.strictObject({ approvalId: ApprovalId });

export const approvalEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/approvals",
    tag: "Run",
    summary: "List what a run has asked people",
    params: runParams,
    response: listOf(Approval),
    status: 200,
    needs: "runs:read",
  }),
  decide: endpoint({
    method: "POST",
    path: "/v1/approvals/:approvalId",
    tag: "Run",
    summary: "Answer; the first answer wins, a second one gets 409",
    params: approvalParams,
    body: DecideApproval,
    response: Approval,
    status: 200,
    needs: "runs:approve",
  }),
} as const;
