import type { LiveApproval } from "@crew/client/live-run-view";
import type { PersonDecision } from "@crew/contracts/approvals";

interface ApprovalWords {
  title: string;
  feedbackLabel: string;
  feedbackHint: string;
  isFeedbackOptional: boolean;
  answers: { decision: PersonDecision; label: string; variant: "primary" | "secondary" | "danger" }[];
}

const END = { decision: "fail", label: "End the run", variant: "danger" } as const;

/** What is asked, and every answer that this kind of question takes. */
export function approvalWords({ kind, taskKey, call }: Pick<LiveApproval, "kind" | "taskKey" | "call">): ApprovalWords {
  if (kind === "tool_call") {
    return {
      title: call?.host ? `May it send to ${call.host}?` : `May it use ${call?.tool ?? "this tool"}?`,
      feedbackLabel: "Why not",
      feedbackHint: "The agent reads it in place of the tool's answer.",
      isFeedbackOptional: true,
      answers: [
        { decision: "approve", label: "Allow exactly this call, once", variant: "primary" },
        { decision: "reject", label: "Refuse it, let the run go on", variant: "secondary" },
        END,
      ],
    };
  }
  if (kind === "needs_attention") {
    return {
      title: "A tool's outcome is unknown",
      feedbackLabel: "What the tool answered, or why you decide so",
      feedbackHint: "If it happened, the agent reads this as the tool's answer.",
      isFeedbackOptional: true,
      answers: [
        { decision: "happened", label: "It happened, go on", variant: "primary" },
        { decision: "did_not_happen", label: "It did not, run it once more", variant: "secondary" },
        { decision: "skip", label: "Go on without it", variant: "secondary" },
        END,
      ],
    };
  }
  if (kind === "question") {
    return {
      title: "An agent asks you",
      feedbackLabel: "Your answer",
      feedbackHint: "The agent reads it and goes on.",
      isFeedbackOptional: false,
      answers: [{ decision: "answer", label: "Answer", variant: "primary" }, END],
    };
  }
  return {
    title: `Review the draft${taskKey ? ` of “${taskKey}”` : ""}`,
    feedbackLabel: "What should change",
    feedbackHint: "Needed to ask for a change; the agent reads it.",
    isFeedbackOptional: false,
    answers: [
      { decision: "approve", label: "Approve", variant: "primary" },
      { decision: "revise", label: "Ask for a change", variant: "secondary" },
      { decision: "reject", label: "Reject, end the run", variant: "danger" },
    ],
  };
}
