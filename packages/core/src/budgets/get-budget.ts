import type { Budget } from "@crew/contracts/budgets";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findBudget } from "./budget-repository.ts";

export async function getBudget(ctx: Ctx<"statements">, budgetId: string): Promise<Budget> {
  requirePermission(ctx, "budgets:read");
  const budget = await findBudget(ctx.statements, ctx.actor.workspaceId, budgetId);
  if (!budget) throw notFound("budget");
  return budget;
}
