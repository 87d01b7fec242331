import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceBudget } from "./announce-budget.ts";
import { lockBudget, removeBudget, wakeRunsOfBudget } from "./budget-repository.ts";

/** Runs that wait for room in it go on. */
export async function deleteBudget(ctx: Ctx<"db" | "bus" | "now" | "newId">, budgetId: string): Promise<null> {
  requirePermission(ctx, "budgets:write");
  const woken = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const budget = await lockBudget(ctx.db, workspaceId, budgetId);
    if (!budget) throw notFound("budget");
    await removeBudget(ctx.db, workspaceId, budgetId);
    await recordAudit(ctx, { action: "budget.deleted", subject: budgetId, detail: { name: budget.name, limit: budget.limitAmount } });
    return wakeRunsOfBudget(ctx.db, workspaceId, budgetId);
  });
  for (const id of woken) ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id });
  announceBudget(ctx, budgetId);
  return null;
}
