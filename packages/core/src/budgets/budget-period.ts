import type { BudgetPeriod } from "@crew/contracts/budgets";

/** The period of UTC that a moment lies in. */
export function periodAround(period: BudgetPeriod, at: Date): { periodStart: string | null; periodEnd: string | null } {
  if (period === "total") return { periodStart: null, periodEnd: null };
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const [start, end] =
    period === "day" ? [Date.UTC(year, month, day), Date.UTC(year, month, day + 1)] : [Date.UTC(year, month), Date.UTC(year, month + 1)];
  return { periodStart: new Date(start).toISOString(), periodEnd: new Date(end).toISOString() };
}
