import type { ExecutionContext } from "./execution-context.ts";

/**
 * A run that ends makes no call again that a dead worker had begun: nobody knows what became of it, and the ledger says so.
 * Calls that were taken up again have done this for their own.
 */
export function voidOpenAttempts({ journal, system, now }: ExecutionContext): void {
  for (const attempt of journal.contents.attempts) {
    if (attempt.outcome !== "pending") continue;
    attempt.outcome = "ambiguous";
    system.bus.endCall(`run:${journal.claim.run.id}`, attempt.id);
    journal.recordAttempt({ ...attempt, endedAt: now() });
    const { id: callId, stepKey, outcome } = attempt;
    journal.emit(`${callId}/restarted`, "attempt_restarted", { callId, stepKey, outcome });
  }
}
