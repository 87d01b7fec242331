import { z } from "zod";
import { MAX_ANSWER_CHARACTERS, MAX_APPROVALS_COUNTED, MAX_EDITED_CHARACTERS } from "./approval-limits.ts";
import { endpoint } from "./endpoint.ts";
import { ApprovalId, CrewId, RunId } from "./ids.ts";
import { listOf, PageQuery, pageOf } from "./page.ts";
import { runParams } from "./runs.ts";
import { GatedCall, UnknownCall } from "./tools.ts";

/**
 * `human_input`: a task's output awaits review. `question`: an agent asks by the tool `ask_person`. `tool_call`: an agent
 * that has read content from outside wants to act, or the crew asks before each call of this tool. `needs_attention`: an
 * unsafe tool's outcome is unknown.
 */
export const ApprovalKind = z.enum(["human_input", "needs_attention", "tool_call", "question"]);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/** What a person may decide, by kind. */
export const DECISIONS_OF = {
  /** `edit`: `output` becomes the task's output. `revise`: the agent tries again with `feedback`. `reject`, `fail`: the run ends. */
  human_input: ["approve", "edit", "revise", "reject", "fail"],
  /** `answer`: the agent reads `feedback` as the tool's answer. */
  question: ["answer", "fail"],
  /** `edit`: the call runs with `arguments` instead. `reject`: the agent reads `feedback` instead of an answer. */
  tool_call: ["approve", "edit", "reject", "fail"],
  /** `happened`: it answered `feedback`. `did_not_happen`: it runs once more. `skip`: the agent is told that nobody knows. */
  needs_attention: ["happened", "did_not_happen", "skip", "fail"],
} as const satisfies Record<ApprovalKind, readonly string[]>;

const DECISIONS = ["approve", "edit", "revise", "answer", "happened", "did_not_happen", "skip", "reject", "fail"] as const;

export const PersonDecision = z.enum(DECISIONS);
export type PersonDecision = z.infer<typeof PersonDecision>;

/** `expired`: nobody answered in time, and the crew's rule for that was followed. `withdrawn`: the run ended before. */
export const ApprovalDecision = z.enum([...DECISIONS, "expired", "withdrawn"]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

export const Approval = z
  .object({
    id: ApprovalId,
    runId: RunId,
    kind: ApprovalKind,
    taskKey: z.string().nullable(),
    agentKey: z.string().nullable(),
    message: z.string(),
    /** The draft to review, or the tool call with its exact arguments. */
    output: z.string(),
    /** Of a `tool_call` and of a `question`: the call that waits. */
    call: GatedCall.nullable(),
    /** Of a `question`: what the agent offers; any other answer will do too. */
    choices: z.array(z.string()),
    /** Of a `needs_attention`. */
    unknownCall: UnknownCall.nullable(),
    decision: ApprovalDecision.nullable(),
    feedback: z.string(),
    /** What `edit` made of a draft, and of a call's arguments. */
    editedOutput: z.string().nullable(),
    editedArguments: z.record(z.string(), z.unknown()).nullable(),
    decidedBy: z.string().nullable(),
    createdAt: z.iso.datetime(),
    decidedAt: z.iso.datetime().nullable(),
    /** When the crew's rule for silence is followed; `null`: it waits as long as the run may. */
    deadlineAt: z.iso.datetime().nullable(),
    onDeadline: z.enum(["fail", "continue", "answer", "escalate"]).nullable(),
    /** When somebody else was asked too. */
    escalatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Approval" });
export type Approval = z.infer<typeof Approval>;

/** One question among those of all runs. */
export const InboxApproval = Approval.extend({
  crewId: CrewId.nullable(),
  crewName: z.string(),
  agentRole: z.string().nullable(),
}).meta({ id: "InboxApproval" });
export type InboxApproval = z.infer<typeof InboxApproval>;

export const ApprovalInboxQuery = PageQuery.extend({
  /** `open`: waits for an answer now. */
  state: z.enum(["open", "decided"]).default("open"),
  kind: ApprovalKind.optional(),
  crewId: CrewId.optional(),
});
export type ApprovalInboxQuery = z.infer<typeof ApprovalInboxQuery>;

export const DecideApproval = z.strictObject({
  decision: PersonDecision,
  /** What the agent reads, or why one decides so. */
  feedback: z.string().max(MAX_ANSWER_CHARACTERS).default(""),
  /** With `edit` of a draft: the whole text that takes its place. */
  output: z.string().max(MAX_EDITED_CHARACTERS).optional(),
  /** With `edit` of a call: all of its arguments. */
  arguments: z.record(z.string().max(200), z.json()).optional(),
});
export type DecideApproval = z.infer<typeof DecideApproval>;

const approvalParams = z.strictObject({ approvalId: ApprovalId });
const token = z.string().min(1).max(200);

export const ApprovalLinkToken = z.strictObject({ token });

/** What a mailed link opens, for whom. */
export const LinkedApproval = z
  .object({
    workspaceName: z.string(),
    /** In whose name the answer will be. */
    actingAs: z.string(),
    /** The workspace asks for a second factor, which a link does not prove: sign in to answer. Nothing else is told then. */
    needsSignIn: z.boolean(),
    approval: InboxApproval.nullable(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: "LinkedApproval" });
export type LinkedApproval = z.infer<typeof LinkedApproval>;

export const AnswerByLink = DecideApproval.extend({ token });
export type AnswerByLink = z.infer<typeof AnswerByLink>;

export const approvalEndpoints = {
  inbox: endpoint({
    method: "GET",
    path: "/v1/approvals",
    tag: "Run",
    summary: "List what runs ask people, newest first: of all crews, or of those whose questions one was let answer",
    query: ApprovalInboxQuery,
    response: pageOf(InboxApproval),
    status: 200,
    needs: "runs:approve",
  }),
  count: endpoint({
    method: "GET",
    path: "/v1/approvals/count",
    tag: "Run",
    summary: `Count what waits for one's answer; ${MAX_APPROVALS_COUNTED} stands for that many or more`,
    response: z.object({ open: z.int() }),
    status: 200,
    needs: "workspace:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/approvals/:approvalId",
    tag: "Run",
    summary: "Get one question, whether it waits or was answered",
    params: approvalParams,
    response: InboxApproval,
    status: 200,
    needs: "runs:approve",
  }),
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
  lookupLink: endpoint({
    method: "POST",
    path: "/v1/approval-links/lookup",
    tag: "Run",
    summary: "What the token of a mailed link asks; decides nothing",
    body: ApprovalLinkToken,
    response: LinkedApproval,
    status: 200,
    auth: "none",
  }),
  answerLink: endpoint({
    method: "POST",
    path: "/v1/approval-links/answer",
    tag: "Run",
    summary: "Answer with the token of a mailed link, in the name of whom it was sent to and with their rights at this moment",
    body: AnswerByLink,
    response: Approval,
    status: 200,
    auth: "none",
  }),
} as const;
