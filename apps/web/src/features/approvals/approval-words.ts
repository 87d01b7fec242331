import type { PersonDecision } from "@crew/contracts/approvals";
import type { GatedCall, UnknownCall } from "@crew/contracts/tools";

/** A question as any page knows it: from a run's events, from the inbox, from a mailed link. */
export interface AskedApproval {
  id: string;
  kind: string;
  taskKey: string | null;
  message: string;
  output: string;
  call?: GatedCall | null;
  choices?: string[];
  unknownCall?: UnknownCall | null;
}

interface ApprovalWords {
  title: string;
  feedbackLabel: string;
  feedbackHint: string;
  /** Decisions that say nothing without a text, with what to write. */
  needs: Partial<Record<PersonDecision, string>>;
  answers: { decision: PersonDecision; label: string; variant: "primary" | "secondary" | "danger" }[];
  /** How one changes it oneself. */
  edit: { open: string; label: string; hint: string; send: string } | null;
}

const END = { decision: "fail", label: "End the run", variant: "danger" } as const;

/** What is asked, and every answer that this kind of question takes. */
export function approvalWords({ kind, taskKey, call }: Pick<AskedApproval, "kind" | "taskKey" | "call">): ApprovalWords {
  switch (kind) {
    case "tool_call":
      return {
        title: call?.host ? `May it send to ${call.host}?` : `May it use ${call?.tool ?? "this tool"}?`,
        feedbackLabel: "Why not",
        feedbackHint: "The agent reads it in place of the tool's answer.",
        needs: {},
        answers: [
          { decision: "approve", label: "Allow exactly this call, once", variant: "primary" },
          { decision: "reject", label: "Refuse it, let the run go on", variant: "secondary" },
          END,
        ],
        edit: {
          open: "Change the arguments",
          label: "The arguments that it runs with",
          hint: "JSON that fits the tool. The agent is told that a person changed them.",
          send: "Run it with these, once",
        },
      };
    case "needs_attention":
      return {
        title: "A tool's outcome is unknown",
        feedbackLabel: "What the tool answered, or why you decide so",
        feedbackHint: "If it happened, the agent reads this as the tool's answer.",
        needs: {},
        answers: [
          { decision: "happened", label: "It happened, go on", variant: "primary" },
          { decision: "did_not_happen", label: "It did not, run it once more", variant: "secondary" },
          { decision: "skip", label: "Nobody knows, go on without it", variant: "secondary" },
          END,
        ],
        edit: null,
      };
    case "question":
      return {
        title: "An agent asks you",
        feedbackLabel: "Your answer",
        feedbackHint: "The agent reads it and goes on.",
        needs: { answer: "Write the answer." },
        answers: [{ decision: "answer", label: "Answer", variant: "primary" }, END],
        edit: null,
      };
    default:
      return {
        title: `Review the draft${taskKey ? ` of “${taskKey}”` : ""}`,
        feedbackLabel: "What should change, or why you reject it",
        feedbackHint: "Needed to ask for a change; the agent reads it.",
        needs: { revise: "Say what should change." },
        answers: [
          { decision: "approve", label: "Approve", variant: "primary" },
          { decision: "revise", label: "Ask for a change", variant: "secondary" },
          { decision: "reject", label: "Reject, end the run", variant: "danger" },
        ],
        edit: {
          open: "Edit it myself",
          label: "Your text",
          hint: "It becomes the task's result as it stands here.",
          send: "Use my text",
        },
      };
  }
}

const KINDS: Record<string, string> = {
  human_input: "Review",
  question: "Question",
  tool_call: "Tool",
  needs_attention: "Unknown outcome",
};

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** One line of a list: what is asked, without its whole text. */
export function askedLine({ kind, taskKey, message, call, unknownCall }: AskedApproval): string {
  if (kind === "question") return message;
  if (kind === "tool_call") return call?.host ? `May ${call.tool} send to ${call.host}?` : `May it use ${call?.tool ?? "a tool"}?`;
  if (kind === "needs_attention") return `What became of ${unknownCall?.tool ?? "a tool's call"}?`;
  return `Review the draft of “${taskKey ?? "a task"}”`;
}

const DID: Record<string, string> = {
  approve: "approved it",
  edit: "changed it and let it go on",
  revise: "asked for a change",
  answer: "answered",
  reject: "refused it",
  happened: "said that it did happen",
  did_not_happen: "said that it did not happen; it runs once more",
  skip: "let it go on without knowing",
  fail: "ended the run",
};

/** `Grace approved it.` */
export function decidedWords({ decision, decidedBy }: { decision: string | null; decidedBy: string | null }): string {
  if (decision === null) return "It waits for an answer.";
  if (decision === "expired") return "Nobody answered in time, and the crew's rule for that was followed.";
  if (decision === "withdrawn") return "The run ended before anybody answered.";
  return `${decidedBy ?? "Somebody"} ${DID[decision] ?? decision}.`;
}
