import type { BudgetMeasure, BudgetScope } from "@crew/contracts/budgets";
import type { BudgetStanding } from "./budget-draw.ts";

const WHOSE: Record<BudgetScope, string> = {
  run: "a run",
  crew: "the crew",
  api_key: "the API key",
  user: "the person who started it",
  workspace: "the workspace",
};

/** `$1.50`, `20,000 tokens`, `1 call`. */
function budgetAmount(measure: BudgetMeasure, amount: string): string {
  if (measure === "usd") return `$${Number(amount) >= 0.01 || Number(amount) === 0 ? Number(amount).toFixed(2) : amount}`;
  const value = measure === "minutes" ? Math.round(Number(amount) * 10) / 10 : Number(amount);
  return `${value.toLocaleString("en-US")} ${value === 1 ? measure.slice(0, -1) : measure}`;
}

function limitWords({ name, measure, limit, period, scope }: BudgetStanding): string {
  const span = period === "total" ? "in all" : `a ${period}`;
  return `the budget \u201c${name}\u201d (${budgetAmount(measure, limit)} ${span} for ${WHOSE[scope]})`;
}

/** What was reached, what was kept, what to do. */
export function budgetReachedSentence(budget: BudgetStanding): string {
  const used = `${capital(limitWords(budget))} has no room for the next call; used so far: ${budgetAmount(budget.measure, budget.settled)}.`;
  const later = budget.periodEnd ? ` It has room again on ${budget.periodEnd.slice(0, 10)} at 00:00 UTC.` : "";
  return `${used}${later} All steps done so far are kept. Ask somebody who may set budgets to raise it.`;
}

export function budgetHeldSentence(budget: BudgetStanding): string {
  return `What is left of ${limitWords(budget)} is held by calls under way; this one goes on when they are over.`;
}

export function priceUnknownSentence(model: string, budget: BudgetStanding): string {
  return `The price of the model ${model} is not known, so ${limitWords(budget)} cannot hold and the call was not made. Set the model\u2019s price on the usage page, choose another model, or let the budget count tokens. All steps done so far are kept.`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
