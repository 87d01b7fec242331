import type { AttemptFailure } from "@crew/contracts/runs";
import type { ExecutionContext } from "./execution-context.ts";
import { voidOpenAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";

/** What has happened to a call on the model that it asks now. */
export interface PastFailures {
  /** By kind. */
  counts: Map<AttemptFailure, number>;
  firstRefusedAt: number | null;
}

/**
 * What has happened before this worker took the call up: a wait between two attempts does not begin the count anew.
 * Attempts that a dead worker left open are closed.
 */
export function pastFailures(context: ExecutionContext, call: ModelCall): PastFailures {
  const past: PastFailures = { counts: new Map(), firstRefusedAt: null };
  for (const attempt of context.journal.contents.attempts) {
    if (attempt.stepKey !== call.key) continue;
    if (attempt.outcome === "pending") voidOpenAttempt(context, call, attempt);
    if (attempt.failure && `${attempt.provider}/${attempt.model}` === call.request.model)
      countFailure(past, attempt.failure, Date.parse(attempt.sentAt));
  }
  return past;
}

/** Returns how often it had failed in this way before. */
export function countFailure(past: PastFailures, failure: AttemptFailure, at: number): number {
  const earlier = past.counts.get(failure) ?? 0;
  past.counts.set(failure, earlier + 1);
  if (failure === "rate_limited") past.firstRefusedAt ??= at;
  return earlier;
}
