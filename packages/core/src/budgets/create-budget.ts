import { type Budget, type CreateBudget, MAX_BUDGETS } from "@crew/contracts/budgets";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceBudget } from "./announce-budget.ts";
import { periodAround } from "./budget-period.ts";
import { countBudgetsLocked, findSubjectName, insertBudget, SUBJECT_PREFIXES } from "./budget-repository.ts";
import { refuseUnfitLimit } from "./refuse-unfit-limit.ts";

/** The budget holds from the next call on; calls that are under way when it is made are not counted. */
export async function createBudget(ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">, input: CreateBudget): Promise<Budget> {
  requirePermission(ctx, "budgets:write");
  refuseUnfitLimit(input.measure, input.limit);
  const subjectName = await subjectNameOf(ctx, input);
  const budget = await inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    if ((await countBudgetsLocked(ctx.db, workspaceId)) >= MAX_BUDGETS)
      throw new AppError("conflict", `A workspace has at most ${MAX_BUDGETS} budgets. Delete one first.`);
    const id = ctx.newId("budget");
    const now = ctx.now();
    const at = now.toISOString();
    const { limit, subjectId, ...fields } = input;
    await insertBudget(ctx.db, {
      ...fields,
      id,
      workspaceId,
      subjectId: subjectId && uuidFromTypeId(subjectId),
      limitAmount: limit,
      createdBy: ctx.actor.userId,
      createdAt: at,
      updatedAt: at,
    });
    await recordAudit(ctx, { action: "budget.created", subject: id, detail: { ...input } });
    return { ...input, id, subjectName, ...periodAround(input.period, now), uses: [], waitingRuns: 0, createdAt: at, updatedAt: at };
  });
  announceBudget(ctx, budget.id);
  return budget;
}

async function subjectNameOf(ctx: Ctx<"statements">, { scope, subjectId }: CreateBudget): Promise<string | null> {
  if (subjectId === null) return null;
  const unfit = (message: string) => new AppError("invalid", message, { issues: [{ path: "subjectId", message }] });
  if (scope === "run" || scope === "workspace")
    throw unfit(scope === "run" ? "A budget for runs is for each run; leave the subject out." : "The workspace needs no subject.");
  const isOfScope = subjectId.startsWith(`${SUBJECT_PREFIXES[scope]}_`);
  const name = isOfScope ? await findSubjectName(ctx.statements, ctx.actor.workspaceId, scope, subjectId) : undefined;
  if (name === undefined)
    throw unfit(`There is no such ${scope === "api_key" ? "API key" : scope === "user" ? "member" : "crew"} in this workspace.`);
  return name;
}
