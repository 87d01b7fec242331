import type { Budget } from "@crew/contracts/budgets";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listBudgetRows } from "./budget-repository.ts";

/** Newest first; there are at most `MAX_BUDGETS`. */
export async function listBudgets(ctx: Ctx<"statements">): Promise<{ data: Budget[] }> {
  requirePermission(ctx, "budgets:read");
  return { data: await listBudgetRows(ctx.statements, ctx.actor.workspaceId) };
}
