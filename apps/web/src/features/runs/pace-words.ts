import type { LiveNote, LiveRetry } from "@crew/client/live-run-view";
import { formatCount, formatDuration, formatUsd } from "../../ui/format-figures.ts";

/** How the console tells of attempts, waits for a provider, other models and limits of time. */

const FAILURES: Record<string, string> = {
  connection: "The provider could not be reached",
  rate_limited: "The provider refused for now: too many requests",
  server_error: "The provider failed",
  silent: "The provider fell silent and nobody knows whether it answered",
  truncated: "The answer was cut off before its end",
  malformed: "The answer could not be read",
  rejected: "The provider refused the request",
  aborted: "The call was stopped",
};

/** What attempts without a known failure came to. */
const OUTCOMES: Record<string, string> = {
  ambiguous: "The connection broke and nobody knows whether the provider answered",
  truncated: "The answer was cut off before its end",
  not_sent: "The call was never sent",
};

/** Why an attempt came to nothing, with the provider's words. */
export function attemptWords({ failure, outcome, message }: Pick<LiveRetry, "failure" | "outcome" | "message">): string {
  const what = (failure === null ? OUTCOMES[outcome] : FAILURES[failure]) ?? "The call failed";
  return message ? `${what}: ${message.replace(/\.$/, "")}.` : `${what}.`;
}

export function againWords(retryInMs: number): string {
  return retryInMs < 100 ? "Asked again at once." : `Asked again after ${formatDuration(retryInMs)}.`;
}

/** Whether text of it may have been shown, which is void now. */
export function leavesText({ failure, outcome }: Pick<LiveRetry, "failure" | "outcome">): boolean {
  return failure === null ? outcome !== "not_sent" : failure === "truncated" || failure === "silent" || failure === "malformed";
}

type Note<K extends LiveNote["note"]> = Extract<LiveNote, { note: K }>;

export function fallbackWords({ from, to, because }: Pick<Note<"fallback">, "from" | "to" | "because">): string {
  return `${from} could not answer, so ${to} is asked in its place${because ? `: ${because.replace(/\.$/, "")}.` : "."}`;
}

const TURNS: Record<Note<"provider_wait">["because"], string> = {
  requests: "its requests a minute are used up",
  tokens: "its tokens a minute are used up",
  concurrency: "as many calls as it allows are under way",
  told: "it has asked to wait",
};

/** `isOver`: the wait is told afterwards. */
export function turnWords({ provider, ms, because }: Pick<Note<"provider_wait">, "provider" | "ms" | "because">, isOver: boolean): string {
  const why = `${provider}: ${TURNS[because]}.`;
  return isOver ? `Waited ${formatDuration(ms)} for a turn at ${why}` : `Waits for a turn at ${why}`;
}

const SCOPES = { run: "The run", task: "The task", agent: "The agent" } as const;

export function deadlineWords({ scope, seconds }: Pick<Note<"deadline">, "scope" | "seconds">): string {
  return `${SCOPES[scope]} has used up the ${formatDuration(seconds * 1_000)} that it may take.`;
}

/** A budget has no room for the next call. */
export function budgetWords({
  name,
  measure,
  limit,
  used,
  action,
}: Pick<Extract<LiveNote, { note: "budget" }>, "name" | "measure" | "limit" | "used" | "action">): string {
  const amount = (value: string) =>
    measure === "usd" ? formatUsd(value) : `${formatCount(Math.round(Number(value) * 10) / 10)} ${measure}`;
  const then = action === "stop" ? "so the run ended" : "so the run waits";
  return `The budget “${name}” has no room for the next call (${amount(used)} of ${amount(limit)} used), ${then}. What was finished is kept.`;
}
