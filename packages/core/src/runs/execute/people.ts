import type { ApprovalDecision } from "@crew/contracts/approvals";
import type { Place } from "@crew/engine/host";
import type { ExecutionContext } from "./execution-context.ts";
import { inputHash } from "./input-hash.ts";
import { RunParked } from "./run-interrupts.ts";

export interface Question {
  kind: "human_input" | "needs_attention";
  taskKey: string | null;
  message: string;
  output: string;
}

export interface Answer {
  decision: ApprovalDecision;
  feedback: string;
}

/** Returns a person's answer, or parks the run until there is one; parked, it holds no worker, connection or timer. */
export async function askPerson(context: ExecutionContext, key: string, question: Question, place: Place): Promise<Answer> {
  const { journal } = context;
  const step = journal.contents.steps.get(key);
  if (step?.state === "done") return step.result as Answer;
  const approval = journal.contents.approvals.get(key);
  if (approval?.decision) {
    const answer: Answer = { decision: approval.decision, feedback: approval.feedback };
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
  const { kind, taskKey, message, output } = question;
  journal.recordApproval({ id: approvalId, stepKey: key, ...question });
  journal.emit(`${key}/requested`, "human_feedback_requested", { approvalId, kind, taskKey, message, output }, place);
  journal.emit(`waiting:${journal.claim.run.attempt}`, "run_waiting", { reason: kind, until: null, detail: message });
  await journal.leave({ state: "waiting", reason: kind, wakeAt: null, releasedBecause: null, output: null, error: null, answer: null });
  throw new RunParked();
}
