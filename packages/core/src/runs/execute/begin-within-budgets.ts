import { setTimeout as sleep } from "node:timers/promises";
import type { ModelRoute } from "../../system.ts";
import { BudgetReached } from "./budget-draw.ts";
import { hasBudgetRoom } from "./budget-notices-repository.ts";
import { budgetHeldSentence } from "./budget-sentences.ts";
import { callWant } from "./call-want.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { AttemptRecord } from "./journal-repository.ts";
import type { ModelCall } from "./model-call.ts";
import { PARK_FROM_MS, parkRun } from "./park-run.ts";

const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 500;

/**
 * Stores an attempt that begins, with what `tell` emits of it and with what budgets reserve for it. Returns the tokens of
 * output that it may ask for; `null`: no budget applies. While only calls of others hold the rest of a budget it waits for
 * them: most come to less than was reserved. Throws `BudgetReached`.
 */
export async function beginWithinBudgets(
  context: ExecutionContext,
  call: ModelCall,
  route: ModelRoute,
  attempt: AttemptRecord,
  tell: () => void,
): Promise<number | null> {
  const want = callWant(call.request, route);
  const until = performance.now() + PARK_FROM_MS;
  for (;;) {
    tell();
    try {
      return await context.journal.beginCall(attempt, want);
    } catch (error) {
      if (!(error instanceof BudgetReached)) throw error;
      error.model = `${route.provider}/${route.modelId}`;
      if (error.why !== "held") throw error;
      await untilRoom(context, error, until);
      attempt.sentAt = context.now();
    }
  }
}

/** Looks now and then, which costs less than a commit that is refused. What takes long gives the worker's place to another run. */
async function untilRoom(context: ExecutionContext, refusal: BudgetReached, until: number): Promise<void> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    context.refuseWhenStopping();
    if (performance.now() >= until)
      await parkRun(context, { reason: "budget", delayMs: PARK_FROM_MS, detail: budgetHeldSentence(refusal.budget) });
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: context.signal }).catch(() => context.refuseWhenStopping());
    if (await hasBudgetRoom(context.system.statements, refusal)) return;
  }
}
