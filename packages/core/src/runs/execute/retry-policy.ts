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
  rate_limited: { retries: 5, outcome: "failed", firstDelayMs: 2_000 },
  server_error: { retries: 3, outcome: "failed", firstDelayMs: 1_000 },
  silent: { retries: 1, outcome: "ambiguous", firstDelayMs: 500 },
  truncated: { retries: 1, outcome: "truncated", firstDelayMs: 500 },
  malformed: { retries: 1, outcome: "failed", firstDelayMs: 500 },
  rejected: { retries: 0, outcome: "failed", firstDelayMs: 0 },
  aborted: { retries: 0, outcome: "ambiguous", firstDelayMs: 0 },
};

const MAX_DELAY_MS = 60_000;
/** A provider may ask for longer waits than a run should silently take. */
const MAX_TOLD_DELAY_MS = 15 * 60_000;

/** Milliseconds until the next attempt, or `null` when there is none. `earlier` counts failures of the same kind before this one. */
export function retryDelayMs(error: ModelCallError, earlier: number, random: () => number = Math.random): number | null {
  const { retries, firstDelayMs } = RETRY_CLASSES[error.failure];
  if (earlier >= retries) return null;
  if (error.retryAfterMs !== null) return error.retryAfterMs > MAX_TOLD_DELAY_MS ? null : error.retryAfterMs;
  const delayMs = Math.min(firstDelayMs * 2 ** earlier, MAX_DELAY_MS);
  return Math.round(delayMs * (0.8 + random() * 0.4));
}
