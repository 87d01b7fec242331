import type { ApprovalDecision, ApprovalKind } from "@crew/contracts/approvals";
import type { GatedCall } from "@crew/contracts/tools";
import type { Place } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import { RunParked } from "./run-interrupts.ts";

export interface Question {
  kind: ApprovalKind;
  taskKey: string | null;
  message: string;
  output: string;
  /** Of a `tool_call`. */
  call?: GatedCall;
}

export interface Answer {
  decision: ApprovalDecision;
  feedback: string;
  /** Of the call that the person saw. */
  callHash?: string;
}

/** Returns a person's answer, or parks the run until there is one; parked, it holds no worker, connection or timer. */
export async function askPerson(context: ExecutionContext, key: string, question: Question, place: Place): Promise<Answer> {
  const { journal } = context;
  const step = journal.contents.steps.get(key);
  if (step?.state === "done") return step.result as Answer;
  const approval = journal.contents.approvals.get(key);
  if (approval?.decision) {
    const answer: Answer = {
      decision: approval.decision,
      feedback: approval.feedback,
      ...(approval.callHash !== null && { callHash: approval.callHash }),
    };
    const now = context.now();
    journal.emit(
      `${key}/received`,
      "human_feedback_received",
      { approvalId: approval.id, outcome: approval.decision, feedback: approval.feedback, by: approval.decidedBy ?? "" },
      place,
    );
    journal.recordStep({
      key,
      kind: "human",
      class: "read",
      state: "done",
      inputHash: inputHash(question),
      result: answer,
      startedAt: now,
      endedAt: now,
    });
    journal.commitSoon();
    return answer;
  }
  context.refuseWhenStopping();
  const approvalId = approval?.id ?? context.system.newId("approval");
  const { kind, taskKey, message, output, call = null } = question;
  const reason = kind === "tool_call" ? "approval" : kind;
  journal.recordApproval({ id: approvalId, stepKey: key, kind, taskKey, message, output, call });
  journal.emit(
    `${key}/requested`,
    "human_feedback_requested",
    { approvalId, kind, taskKey, message, output, ...(call && { call }) },
    place,
  );
  journal.emit(`waiting:${journal.claim.run.attempt}`, "run_waiting", { reason, until: null, detail: message });
  await journal.leave({ state: "waiting", reason, wakeAt: null, releasedBecause: null, output: null, error: null, answer: null });
  throw new RunParked();
}
