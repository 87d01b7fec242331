import type { AttemptOutcome } from "@crew/contracts/runs";
import type { ModelCallError, ModelFailure } from "../../system.ts";

interface RetryClass {
  /** Attempts after the first that this failure may cause. */
  retries: number;
  outcome: AttemptOutcome;
  firstDelayMs: number;
}

/** How often a failed attempt to call a model is made again, and what the ledger says of it. */
export const RETRY_CLASSES: Record<ModelFailure, RetryClass> = {
  connection: { retries: 5, outcome: "not_sent", firstDelayMs: 1_000 },
  // To be refused for now is no failure of the call: time bounds it, not a count.
  rate_limited: { retries: Number.POSITIVE_INFINITY, outcome: "failed", firstDelayMs: 2_000 },
  server_error: { retries: 3, outcome: "failed", firstDelayMs: 1_000 },
  silent: { retries: 1, outcome: "ambiguous", firstDelayMs: 500 },
  truncated: { retries: 1, outcome: "truncated", firstDelayMs: 500 },
  malformed: { retries: 1, outcome: "failed", firstDelayMs: 500 },
  rejected: { retries: 0, outcome: "failed", firstDelayMs: 0 },
  aborted: { retries: 0, outcome: "ambiguous", firstDelayMs: 0 },
};

const MAX_DELAY_MS = 60_000;
/** A provider that fails may ask for longer waits than a run should silently take. */
const MAX_TOLD_DELAY_MS = 15 * 60_000;
/** How long a call without a deadline lets itself be refused, from its first refusal on. */
export const MAX_REFUSED_MS = 24 * 60 * 60_000;

/** What has happened to a call before the failure that is judged. */
export interface CallHistory {
  /** Failures of the same kind, on the same model. */
  earlier: number;
  /** Since the first 429 of the call; 0: this is the first. */
  refusedForMs: number;
  /** Until the run must end; `null`: no limit. */
  endsInMs: number | null;
}

/** `too_late`: the next attempt would come after the run's deadline. `too_long`: the provider has refused for a day. */
export type RetryPlan = { delayMs: number } | { giveUp: "enough" | "too_late" | "too_long" };

/** When the call is made again, or why it is not. */
export function planRetry(error: ModelCallError, history: CallHistory, random: () => number = Math.random): RetryPlan {
  const { retries } = RETRY_CLASSES[error.failure];
  if (history.earlier >= retries) return { giveUp: "enough" };
  const delayMs = error.retryAfterMs ?? backoffMs(error.failure, history.earlier, random);
  const isRefused = error.failure === "rate_limited";
  if (!isRefused && delayMs > MAX_TOLD_DELAY_MS) return { giveUp: "enough" };
  if (history.endsInMs !== null && delayMs >= history.endsInMs) return { giveUp: "too_late" };
  if (isRefused && history.endsInMs === null && history.refusedForMs + delayMs > MAX_REFUSED_MS) return { giveUp: "too_long" };
  return { delayMs };
}

function backoffMs(failure: ModelFailure, earlier: number, random: () => number): number {
  const delayMs = Math.min(RETRY_CLASSES[failure].firstDelayMs * 2 ** earlier, MAX_DELAY_MS);
  return Math.round(delayMs * (0.8 + random() * 0.4));
}

/** Whether another model may do better: a request that is itself at fault is refused by all of them. */
export function isWorthAnotherModel({ failure, status }: Pick<ModelCallError, "failure" | "status">): boolean {
  if (failure === "aborted") return false;
  return failure !== "rejected" || (status !== null && [401, 402, 403, 404, 429].includes(status));
}
