import { setTimeout as sleep } from "node:timers/promises";
import type { ResolvedModel } from "../../model-providers/resolve-model.ts";
import type { ModelCallError } from "../../system.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import { refuseTurn, type Turn } from "./lane-turn.ts";
import { failAttempt } from "./model-attempt.ts";
import type { ModelCall } from "./model-call.ts";
import { gaveUpAfter } from "./model-gave-up.ts";
import { PARK_FROM_MS, parkRun } from "./park-run.ts";
import { countFailure, type PastFailures } from "./past-failures.ts";
import { planRetry } from "./retry-policy.ts";

/** Those who were refused together come back one after the other, when the lane knows of all of them. */
const REFUSED_TOGETHER_MS = 250;

export interface FailedAttempt {
  call: ModelCall;
  route: ResolvedModel;
  turn: Turn | null;
  attempt: AttemptRecord;
  error: ModelCallError;
}

/** Waits, parks or gives up (`ModelGaveUp`); returns when another attempt is due, or when its lane says when it is. */
export async function afterFailure(context: ExecutionContext, failed: FailedAttempt, past: PastFailures): Promise<void> {
  const { call, route, turn, attempt, error } = failed;
  const now = context.system.now().getTime();
  const earlier = countFailure(past, error.failure, now);
  const refusedForMs = now - (past.firstRefusedAt ?? now);
  const plan = planRetry(error, { earlier, refusedForMs, endsInMs: context.endsInMs() });
  const plannedMs = "delayMs" in plan ? plan.delayMs : null;
  const isRefused = error.failure === "rate_limited";
  if (isRefused) await refuseTurn(context, turn, route, plannedMs ?? error.retryAfterMs ?? 0);
  const delayMs = context.signal.aborted ? null : plannedMs;
  failAttempt(context, call, attempt, error, delayMs);
  context.refuseWhenStopping();
  if (delayMs === null) throw gaveUpAfter(call.request.model, error, earlier, "giveUp" in plan ? plan.giveUp : "enough");
  // The lane has a place for it, behind those that came before.
  if (isRefused && turn) return pause(context, Math.random() * Math.min(delayMs, REFUSED_TOGETHER_MS));
  if (delayMs >= PARK_FROM_MS) await parkRun(context, { reason: isRefused ? "provider_limit" : "timer", delayMs, detail: error.message });
  return pause(context, delayMs);
}

async function pause(context: ExecutionContext, ms: number): Promise<void> {
  await context.journal.commit();
  await sleep(ms, undefined, { signal: context.signal }).catch(() => context.refuseWhenStopping());
}
