import type { DeadLetter, DeadLetterCode, DeadLetterState } from "@crew/contracts/dead-letters";
import type { KnownRunEvent, RunEvent } from "@crew/contracts/run-events";
import { formatDuration } from "../../ui/format-figures.ts";

/** What the console says of dead letters: why each died, and what helps. */
export const CODE_WORDS: Record<DeadLetterCode, { title: string; advice: string }> = {
  attempts_exhausted: {
    title: "Lost its worker three times",
    advice: "Something in it ends the process: memory, an endless loop, a tool. Mend that before it is redriven.",
  },
  internal: { title: "Fault of the platform", advice: "The log of the worker has the details under the run's id." },
  unavailable: { title: "Something was out of reach", advice: "Redrive it when that is back." },
  journal_mismatch: {
    title: "Recorded by another version",
    advice: "A step was recorded for another input than the one it has now. Run the crew again from its start instead.",
  },
  crew_missing: { title: "Its crew version is gone", advice: "Run the crew again from its start instead." },
  invalid: { title: "The model cannot be used", advice: "Add the model's provider again under Settings, then redrive it." },
  model_connection: { title: "The provider could not be reached", advice: "Redrive it when the provider answers again." },
  model_rate_limited: { title: "The provider allowed no more", advice: "Redrive it later, or raise the limit at the provider." },
  model_server_error: { title: "The provider failed", advice: "Redrive it when the provider is well again." },
  model_silent: { title: "The provider fell silent", advice: "Redrive it when the provider answers again." },
  model_truncated: { title: "The answer was cut off", advice: "Redrive it when the provider is well again." },
  model_malformed: { title: "The answer made no sense", advice: "Test the model under Settings, then redrive it." },
  model_rejected: { title: "The provider refused", advice: "Mend the key or the model's name under Settings, then redrive it." },
  job_failed: { title: "The job failed", advice: "Redrive it once what it needs is there." },
  job_lost: { title: "The job did not come to its end", advice: "Its worker was lost or it took too long. Redrive it." },
};

export function codeTitle(code: string): string {
  return (CODE_WORDS as Record<string, { title: string }>)[code]?.title ?? code;
}

export function codeAdvice(code: string): string {
  return (CODE_WORDS as Record<string, { advice: string }>)[code]?.advice ?? "";
}

export const LETTER_STATES: Record<DeadLetterState, string> = { open: "Open", redriven: "Redriven", discarded: "Discarded" };

const JOBS: Record<string, string> = {
  "account-mail": "Mails about accounts",
  "approval-mail": "Mails of questions",
  "check-audit-chains": "Check of the audit logs",
  "dead-letters": "Jobs on their way to the dead letters",
  "fold-read-marks": "Upkeep of cached answers",
  "invitation-mail": "Mails of invitations",
  "remove-expired": "Sweep of what is over",
  "rotate-signing-keys": "New keys for tokens",
};

export function jobWords(name: string): string {
  return JOBS[name] ?? name;
}

export function letterTitle({ title, jobName }: Pick<DeadLetter, "title" | "jobName">): string {
  return jobName === null ? title : jobWords(jobName);
}

/** What happened last, in a line each. */
export function lastWords(told: RunEvent): string {
  const event = told as KnownRunEvent;
  switch (event.type) {
    case "run_queued":
      return `Queued by ${event.data.startedBy}`;
    case "crew_kickoff_started":
      return "The crew began";
    case "run_resumed":
      return event.data.because === "redriven"
        ? "Taken up again from the dead letters"
        : `Taken up again after ${formatDuration(event.data.afterMs)} (${event.data.because.replaceAll("_", " ")})`;
    case "run_waiting":
      return `Waited: ${event.data.reason.replaceAll("_", " ")}`;
    case "task_started":
      return `Task “${event.data.taskKey}” began`;
    case "task_completed":
      return `Task “${event.data.taskKey}” was done`;
    case "task_failed":
      return `Task “${event.data.taskKey}” failed`;
    case "agent_execution_started":
      return `${event.data.agentRole} set to work`;
    case "agent_execution_completed":
      return "The agent was done";
    case "llm_call_started":
      return `Asked ${event.data.model}`;
    case "llm_call_completed":
      return "The model answered";
    case "llm_call_failed":
      return `The model did not answer: ${event.data.error.message}`;
    case "attempt_restarted":
      return "A call was cut; nobody knows whether it was served";
    case "tool_usage_started":
      return `Called ${event.data.tool}`;
    case "tool_usage_finished":
      return `${event.data.tool} answered`;
    case "tool_usage_error":
      return `${event.data.tool} failed: ${event.data.error.message}`;
    case "crew_kickoff_failed":
    case "conversation_turn_failed":
      return `Failed: ${event.data.error.message}`;
    default:
      return sentence(event.type.replaceAll("_", " "));
  }
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a run does at this moment, by its last event. */
export function doingWords(lastEvent: string, stepKey: string | null): string {
  const doing: Record<string, string> = {
    run_queued: "begins",
    run_resumed: "resumes",
    llm_call_started: "waits for the model",
    llm_call_completed: "reads the answer",
    llm_call_failed: "will ask the model again",
    tool_usage_started: "uses a tool",
    provider_wait: "waits for its turn at the provider",
  };
  const words = doing[lastEvent] ?? lastEvent.replaceAll("_", " ");
  return stepKey === null ? words : `${words}, ${stepWords(stepKey)}`;
}

/** `task:2/turn:3/model` → `task 2, turn 3`. */
function stepWords(stepKey: string): string {
  return stepKey
    .split("/")
    .filter((part) => /^(task|turn):\d+$/.test(part))
    .map((part) => part.replace(":", " "))
    .join(", ");
}
