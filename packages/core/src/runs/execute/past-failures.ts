import type { ModelFailure } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { voidOpenAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";

/** How often a call has failed, by kind. */
export type PastFailures = Map<ModelFailure, number>;

/**
 * How often the call has failed before this worker took it up: a wait between two attempts does not begin the count
 * anew. Attempts that a dead worker left open are closed.
 */
export function pastFailures(context: ExecutionContext, call: ModelCall): PastFailures {
  const failures: PastFailures = new Map();
  for (const attempt of context.journal.contents.attempts) {
    if (attempt.stepKey !== call.key) continue;
    if (attempt.failure) failures.set(attempt.failure, (failures.get(attempt.failure) ?? 0) + 1);
    if (attempt.outcome === "pending") voidOpenAttempt(context, call, attempt);
  }
  return failures;
}
