import type { Budget, BudgetMeasure, BudgetScope, BudgetUse } from "@crew/contracts/budgets";
import { formatCount, formatUsd } from "../../ui/format-figures.ts";
import { dayWords } from "./usage-span.ts";

export const SCOPE_WORDS: Record<BudgetScope, string> = {
  run: "Each run",
  crew: "Crew",
  api_key: "API key",
  user: "Person",
  workspace: "Whole workspace",
};

export const MEASURE_WORDS: Record<BudgetMeasure, string> = {
  usd: "US dollars",
  tokens: "Tokens",
  calls: "Model calls",
  minutes: "Minutes at work",
};

export const PERIOD_WORDS: Record<Budget["period"], string> = { total: "In all, without end", day: "Each day", month: "Each month" };

/** `$25.00`, `20,000 tokens`, `1 call`. */
export function amountWords(measure: BudgetMeasure, amount: string): string {
  if (measure === "usd") {
    const cents = Number(amount).toFixed(2);
    return Number(cents) === Number(amount) ? `$${cents}` : formatUsd(amount);
  }
  const value = measure === "minutes" ? Math.round(Number(amount) * 10) / 10 : Number(amount);
  return `${formatCount(value)} ${value === 1 ? measure.slice(0, -1) : measure}`;
}

/** Whose calls count: `Each crew`, `Crew “Brief”`, `Whole workspace`. */
export function whoseWords({ scope, subjectId, subjectName }: Pick<Budget, "scope" | "subjectId" | "subjectName">): string {
  if (scope === "workspace" || scope === "run") return SCOPE_WORDS[scope];
  const kind = SCOPE_WORDS[scope];
  if (subjectId === null) return `Each ${scope === "api_key" ? kind : kind.toLowerCase()}`;
  return `${kind} “${subjectName ?? "that is gone"}”`;
}

/** `$25.00 a month`. */
export function limitWords({ measure, limit, period }: Pick<Budget, "measure" | "limit" | "period">): string {
  return `${amountWords(measure, limit)}${period === "total" ? " in all" : ` a ${period}`}`;
}

export function actionWords({ action, period }: Pick<Budget, "action" | "period">): string {
  if (action === "stop") return "Runs stop at the limit.";
  return period === "total"
    ? "Runs wait at the limit until it is raised."
    : "Runs wait at the limit until the period turns or it is raised.";
}

/** Where it is going, in words. */
export function forecastWords(budget: Pick<Budget, "measure" | "period" | "periodEnd" | "limit">, use: BudgetUse): string {
  const turns = budget.periodEnd ? `It starts anew on ${dayWords(budget.periodEnd.slice(0, 10))}.` : "";
  if (Number(use.settled) >= Number(budget.limit)) return `Used up. ${turns}`.trim();
  if (use.reachedAt) {
    const when =
      budget.period === "day"
        ? `at ${new Date(use.reachedAt).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`
        : `on ${dayWords(use.reachedAt.slice(0, 10))}`;
    return `At this pace it is used up ${when}.`;
  }
  if (use.forecast !== null)
    return `At this pace ${amountWords(budget.measure, use.forecast)} by the end of the ${budget.period}. ${turns}`;
  return turns;
}
