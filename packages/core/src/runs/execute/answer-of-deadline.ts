import type { ApprovalKind, PersonDecision } from "@crew/contracts/approvals";
import type { HumanPolicy } from "@crew/contracts/crews";
import { RunFailure } from "@crew/engine/host";

export const NOBODY_ANSWERED = "Nobody answered in time.";

/** An escalation that nobody answered either ends as `fail` does. */
export function byDeadline(policy: HumanPolicy | null): "fail" | "continue" | "answer" {
  return policy === null || policy.onDeadline === "escalate" ? "fail" : policy.onDeadline;
}

/**
 * What a crew's rule for silence answers. No rule lets a call run: silence is no approval. Throws where it ends the run.
 */
export function answerOfDeadline(
  kind: ApprovalKind,
  policy: HumanPolicy | null,
): { decision: PersonDecision; feedback: string; output?: string } {
  const action = byDeadline(policy);
  if (action === "fail") throw new RunFailure("no_answer", unanswered(kind, policy));
  if (kind === "tool_call") return { decision: "reject", feedback: NOBODY_ANSWERED };
  if (kind === "needs_attention") return { decision: "skip", feedback: NOBODY_ANSWERED };
  const words = action === "answer" ? (policy?.defaultAnswer ?? "") : null;
  if (kind === "question") return { decision: "answer", feedback: words ?? NOBODY_ANSWERED };
  return words === null ? { decision: "approve", feedback: "" } : { decision: "edit", feedback: "", output: words };
}

const ASKED: Record<ApprovalKind, string> = {
  human_input: "to review a draft",
  question: "an agent's question",
  tool_call: "to allow a tool",
  needs_attention: "what became of a tool's call",
};

function unanswered(kind: ApprovalKind, policy: HumanPolicy | null): string {
  const minutes = policy?.deadlineMinutes ?? 0;
  const waited = minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
  const twice = policy?.onDeadline === "escalate" ? ", nor did whom it was passed on to" : "";
  return `The run asked ${ASKED[kind]}. Nobody answered within ${waited}${twice}, and the crew says that the run fails then.`;
}
