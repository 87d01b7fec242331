import { setTimeout as sleep } from "node:timers/promises";
import { RunFailure } from "@crew/engine/host";
import type { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import { failAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { PARK_FROM_MS, parkRun } from "./park-run.ts";
import type { PastFailures } from "./past-failures.ts";
import { retryDelayMs } from "./retry-policy.ts";

/** Waits, parks or gives up; returns when another attempt is due. */
export async function afterFailure(
  context: ExecutionContext,
  call: ModelCall,
  attempt: AttemptRecord,
  error: ModelCallError,
  failures: PastFailures,
): Promise<void> {
  const earlier = failures.get(error.failure) ?? 0;
  failures.set(error.failure, earlier + 1);
  const retryInMs = context.signal.aborted ? null : retryDelayMs(error, earlier);
  failAttempt(context, call, attempt, error, retryInMs);
  context.refuseWhenStopping();
  if (retryInMs === null)
    throw new RunFailure(`model_${error.failure}`, giveUpSentence(call.request.model, error, earlier), { cause: error });
  if (retryInMs >= PARK_FROM_MS) {
    const reason = error.failure === "rate_limited" ? "provider_limit" : "timer";
    await parkRun(context, { reason, delayMs: retryInMs, detail: error.message });
  }
  await context.journal.commit();
  await sleep(retryInMs, undefined, { signal: context.signal }).catch(() => context.refuseWhenStopping());
}

function giveUpSentence(model: string, error: ModelCallError, earlier: number): string {
  const tries = earlier === 0 ? "" : ` after ${earlier + 1} attempts of this kind`;
  return `The model ${model} could not answer${tries}: ${error.message}`;
}
