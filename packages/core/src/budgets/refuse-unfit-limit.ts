import type { BudgetMeasure } from "@crew/contracts/budgets";
import { AppError } from "../app-error.ts";

/** Tokens and calls come whole. */
export function refuseUnfitLimit(measure: BudgetMeasure, limit: string | undefined): void {
  if (limit === undefined || measure === "usd" || measure === "minutes" || !limit.includes(".")) return;
  const message = `A limit of ${measure} is a whole number.`;
  throw new AppError("invalid", message, { issues: [{ path: "limit", message }] });
}
