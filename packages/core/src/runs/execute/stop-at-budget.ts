import type { BudgetReached } from "./budget-draw.ts";
import { noteBudgetReached, wakeIfBudgetChanged } from "./budget-notices-repository.ts";
import { budgetReachedSentence, priceUnknownSentence } from "./budget-sentences.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { RunParked } from "./run-interrupts.ts";

/**
 * What becomes of a run whose next call a budget has no room for: the error that it ends with, or it is parked until the
 * period turns or somebody changes the budget. An answer in a conversation is never parked: somebody waits for it.
 */
export async function stopAtBudget(
  context: ExecutionContext,
  { why, model, budget }: BudgetReached,
): Promise<{ code: string; message: string }> {
  const { journal, system } = context;
  const { run, workspaceId } = journal.claim;
  if (why === "price_unknown") return { code: "price_unknown", message: priceUnknownSentence(model ?? "asked for", budget) };
  const { budgetId, name, measure, limit, settled: used } = budget;
  const action = context.turn ? "stop" : budget.action;
  const detail = budgetReachedSentence(budget);
  journal.emit(`budget:${run.attempt}`, "budget_reached", { budgetId, name, measure, limit, used, action });
  await noteBudgetReached(system.statements, run.id, { ...budget, action });
  system.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "budget", id: budgetId });
  if (action === "stop") return { code: "budget", message: detail };
  journal.emit(`waiting:${run.attempt}`, "run_waiting", { reason: "budget", until: budget.periodEnd, detail });
  await journal.leave({
    state: "waiting",
    reason: "budget",
    wakeAt: budget.periodEnd,
    waitsForBudget: budgetId,
    releasedBecause: null,
    output: null,
    error: null,
    answer: null,
  });
  await wakeIfBudgetChanged(system.statements, run.id, budget);
  throw new RunParked();
}
