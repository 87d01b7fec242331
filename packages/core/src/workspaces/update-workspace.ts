import type { UpdateWorkspace, Workspace } from "@crew/contracts/workspaces";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import { requireStepUp } from "../access/require-step-up.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { announceMembers } from "../members/announce-members.ts";
import { listMemberIds } from "../members/member-repository.ts";
import { findSecondFactorState } from "../second-factors/second-factor-repository.ts";
import type { Ctx } from "../system.ts";
import { readWorkspace } from "./get-workspace.ts";
import { requireOwnWorkspace } from "./require-own-workspace.ts";
import { lockWorkspace, updateWorkspaceRow } from "./workspace-repository.ts";

/** The name, who is mailed when a run asks, and the rule on second factors, which is security's to set. */
export async function updateWorkspace(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "bus" | "cache">,
  workspaceId: string,
  input: UpdateWorkspace,
): Promise<Workspace> {
  requirePermission(ctx, "workspace:write");
  requireOwnWorkspace(ctx, workspaceId);
  if (input.requiresSecondFactor !== undefined) {
    requirePermission(ctx, "security:write");
    await requireStepUp(ctx);
  }
  if (input.requiresSecondFactor) await refuseLockingOneselfOut(ctx);
  if (input.mailQuestionsTo) await requireMembers(ctx, input.mailQuestionsTo);
  if (Object.keys(input).length === 0) return readWorkspace(ctx);
  const { workspace, userIds } = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    await updateWorkspaceRow(ctx.db, workspaceId, input);
    await recordAudit(ctx, { action: "workspace.updated", subject: workspaceId, detail: { ...input } });
    const userIds = input.requiresSecondFactor ? await listMemberIds(ctx.db, workspaceId) : [];
    return { workspace: await readWorkspace(ctx), userIds };
  });
  await announceMembers(ctx, { userIds, apiKeys: [] });
  return workspace;
}

async function requireMembers(ctx: Ctx<"db">, userIds: readonly string[]): Promise<void> {
  const members = await listMemberIds(ctx.db, ctx.actor.workspaceId);
  const at = userIds.findIndex((userId) => !members.includes(userId));
  if (at < 0) return;
  throw new AppError("invalid", "Mail goes to members of the workspace alone.", {
    issues: [{ path: `mailQuestionsTo.${at}`, message: "is no member of the workspace" }],
  });
}

async function refuseLockingOneselfOut(ctx: Ctx<"db">): Promise<void> {
  const { userId, workspaceId } = ctx.actor;
  const { enabled } = await findSecondFactorState(acrossWorkspaces(ctx).db, userId, workspaceId);
  if (!enabled)
    throw new AppError("conflict", "Set up a second factor of your own first: the rule would lock you out.", { remedy: "second_factor" });
}
