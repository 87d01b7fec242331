import type { LiveNote, LiveResumption, LiveTask, LiveTaskState, LiveWait } from "@crew/client/live-run-view";
import type { RunMessage } from "@crew/contracts/run-messages";
import type { RunState } from "@crew/contracts/run-states";
import type { RunStarter } from "@crew/contracts/runs";
import { formatDuration, formatUsd } from "../../ui/format-figures.ts";

/** What the console says about a run, in one place, so that the same thing is always said the same way. */

export function costWords(costUsd: string | null, isDemo: boolean): string {
  return isDemo && costUsd !== null ? `${formatUsd(costUsd)} demo` : formatUsd(costUsd);
}

export function starterWords(starter: RunStarter): string {
  if (starter.kind === "api_key") return `API key “${starter.name}”`;
  if (starter.kind === "schedule") return `schedule “${starter.name}”`;
  if (starter.kind === "trigger") return `trigger “${starter.name}”`;
  return starter.name;
}

/** A task has no state of a run's list exactly; the mark is the same. */
export function markOf(state: LiveTaskState): RunState {
  if (state === "skipped") return "cancelled";
  return state === "pending" ? "queued" : state;
}

export function taskStateWords(state: LiveTaskState): string {
  return {
    pending: "Not started",
    running: "Working",
    waiting: "Waiting",
    succeeded: "Done",
    failed: "Failed",
    cancelled: "Stopped",
    skipped: "Skipped",
  }[state];
}

export function resumptionWords({ because, atStep, afterMs }: LiveResumption): string {
  const where = `continued at step ${atStep + 1} after ${formatDuration(afterMs)}; nothing that was finished was repeated.`;
  switch (because) {
    case "worker_lost":
      return `The worker was lost; ${where}`;
    case "drained":
      return `The work moved to another worker; ${where}`;
    case "answered":
      return "Continued after the answer.";
    case "timer":
      return "The wait is over; continued.";
    case "budget_raised":
      return "The budget has room again; continued.";
    case "unpaused":
      return "The pause is over; continued.";
    case "redriven":
      return `Taken up again from the dead letters at step ${atStep + 1}; nothing that was finished was repeated.`;
  }
}

export interface WaitWords {
  title: string;
  advice: string;
}

export function waitWords({ reason, detail }: Pick<LiveWait, "reason" | "detail">): WaitWords {
  switch (reason) {
    case "human_input":
      return { title: "Waits for a review", advice: "Read the draft above, then approve it or say what to change." };
    case "approval":
      return { title: "Waits for an approval", advice: detail || "A person decides whether it may go on." };
    case "needs_attention":
      return { title: "Needs your attention", advice: "Nobody knows whether a tool did its work. Say above what happened." };
    case "budget":
      return { title: "Waits for room in a budget", advice: `${detail} Raising it under Usage lets the run go on at once.`.trim() };
    case "provider_limit":
      return { title: "Waits for its turn at the model's provider", advice: `${detail} It continues by itself.`.trim() };
    case "paused":
      return { title: "Paused", advice: `${detail} It holds nothing meanwhile and goes on when somebody resumes it.`.trim() };
    case "timer":
      return { title: "Waits before it tries again", advice: `${detail} It continues by itself.`.trim() };
  }
}

export function steeredWords({ by, words, command, understood }: Extract<LiveNote, { note: "steered" }>): string {
  return command.kind === "guide" ? `${by} said: “${words}”` : `${by} said “${words}”: ${understood}`;
}

/** Whether a turn has seen what was said. */
export function seenWords({ command, seenStep }: Pick<RunMessage, "command" | "seenStep">, hasEnded: boolean): string {
  const [, task, turn] = /^task:(\d+)(?:.*turn:(\d+))?/.exec(seenStep ?? "") ?? [];
  if (task) return turn ? `Seen in turn ${turn} of task ${task}.` : `Seen when task ${task} began.`;
  if (command.kind === "stop") return "";
  return hasEnded ? "No turn came after it." : "No turn has seen it yet.";
}

export function answerWords(note: Pick<Extract<LiveNote, { note: "answered" }>, "by" | "outcome" | "feedback">): string {
  const did: Record<string, string> = {
    approve: "approved it",
    edit: "changed it and let it go on",
    answer: "answered",
    skip: "went on without knowing",
    revise: "asked for a change",
    reject: "refused it",
    happened: "said that it did happen",
    did_not_happen: "said that it did not happen; it runs once more",
    fail: "ended the run",
  };
  if (note.outcome === "expired") return `Nobody answered in time. ${EXPIRED[note.by] ?? "The crew's rule for that was followed."}`;
  return `${note.by} ${did[note.outcome] ?? note.outcome}${note.feedback ? `: “${note.feedback}”` : "."}`;
}

const EXPIRED: Record<string, string> = {
  fail: "The crew ends the run then.",
  continue: "The crew goes on then, without what needed a person's word.",
  answer: "The crew's own answer was taken.",
};

/** `3 turns · 2 tool calls`, of what there was. */
export function taskCounts(task: LiveTask): { turns: number; tools: number; tokens: number } {
  const counts = { turns: 0, tools: 0, tokens: 0 };
  for (const item of task.items) {
    if (item.kind === "turn") {
      counts.turns += 1;
      counts.tokens += (item.inputTokens ?? 0) + (item.outputTokens ?? 0);
    } else if (item.kind === "tool") counts.tools += 1;
  }
  return counts;
}

/** Why a run ended badly, and what a person can do about it. */
export function failureAdvice(code: string): string {
  if (code === "budget") return "Raise the budget under Usage or wait until it has room again, then run it again.";
  if (code === "price_unknown") return "Set the model's price under Usage, then run it again.";
  if (code === "no_answer") return "Answer in time, or let the crew do something else when nobody answers; then run it again.";
  if (code === "rejected" || code === "tool_call_rejected") return "A person decided so. Change the crew or its inputs, then run it again.";
  if (/rate|limit/.test(code)) return "Run it again later, or choose another model for the crew.";
  if (/model|provider|rejected|connection|silent|truncated/.test(code)) return "Test the model under Settings, then run it again.";
  if (/loop|iterations/.test(code)) return "Make the task more exact or allow more turns, then run it again.";
  if (/attempts|worker|dead/.test(code)) return "The log of the worker says more. Run it again once that is fixed.";
  return "Run it again once the cause is fixed; what was finished stays readable below.";
}
