import { setTimeout as sleep } from "node:timers/promises";
import type { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import { failAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { gaveUpAfter } from "./model-gave-up.ts";
import { PARK_FROM_MS, parkRun } from "./park-run.ts";
import { countFailure, type PastFailures } from "./past-failures.ts";
import { planRetry } from "./retry-policy.ts";

/** Waits, parks or gives up (`ModelGaveUp`); returns when another attempt is due. */
export async function afterFailure(
  context: ExecutionContext,
  call: ModelCall,
  attempt: AttemptRecord,
  error: ModelCallError,
  past: PastFailures,
): Promise<void> {
  const now = context.system.now().getTime();
  const earlier = countFailure(past, error.failure, now);
  const refusedForMs = now - (past.firstRefusedAt ?? now);
  const plan = planRetry(error, { earlier, refusedForMs, endsInMs: context.endsInMs() });
  const delayMs = "delayMs" in plan && !context.signal.aborted ? plan.delayMs : null;
  failAttempt(context, call, attempt, error, delayMs);
  context.refuseWhenStopping();
  if (delayMs === null) throw gaveUpAfter(call.request.model, error, earlier, "giveUp" in plan ? plan.giveUp : "enough");
  if (delayMs >= PARK_FROM_MS) {
    const reason = error.failure === "rate_limited" ? "provider_limit" : "timer";
    await parkRun(context, { reason, delayMs, detail: error.message });
  }
  await context.journal.commit();
  await sleep(delayMs, undefined, { signal: context.signal }).catch(() => context.refuseWhenStopping());
}
