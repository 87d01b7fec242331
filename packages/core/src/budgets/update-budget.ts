import type { Budget, UpdateBudget } from "@crew/contracts/budgets";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceBudget } from "./announce-budget.ts";
import { lockBudget, updateBudgetRow, wakeRunsOfBudget } from "./budget-repository.ts";
import { getBudget } from "./get-budget.ts";
import { refuseUnfitLimit } from "./refuse-unfit-limit.ts";

/** Runs that wait for room in the budget look again, in the same transaction. */
export async function updateBudget(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  budgetId: string,
  change: UpdateBudget,
): Promise<Budget> {
  requirePermission(ctx, "budgets:write");
  if (Object.keys(change).length === 0) throw new AppError("invalid", "The request changes nothing.");
  const woken = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await lockBudget(ctx.db, workspaceId, budgetId);
    if (!before) throw notFound("budget");
    refuseUnfitLimit(before.measure, change.limit);
    const { limit, ...fields } = change;
    const updatedAt = ctx.now().toISOString();
    await updateBudgetRow(ctx.db, workspaceId, budgetId, { ...fields, ...(limit !== undefined && { limitAmount: limit }), updatedAt });
    const detail = { ...change, before: { limit: before.limitAmount, action: before.action, isEnabled: before.isEnabled } };
    await recordAudit(ctx, { action: "budget.updated", subject: budgetId, detail });
    return wakeRunsOfBudget(ctx.db, workspaceId, budgetId);
  });
  for (const id of woken) ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id });
  announceBudget(ctx, budgetId);
  return getBudget(ctx, budgetId);
}
