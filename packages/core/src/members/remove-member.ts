import { permissionsOf, requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { requireOwnWorkspace } from "../workspaces/require-own-workspace.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { announceMembers } from "./announce-members.ts";
import { endMembership } from "./end-membership.ts";
import { findMember } from "./member-repository.ts";
import { refuseMoreThanOwn } from "./refuse-more-than-own.ts";
import { requireStanding } from "./require-standing.ts";

/** The member's keys and grants end with the commit; runs of theirs stop at their next call. */
export async function removeMember(
  ctx: Ctx<"db" | "now" | "newId" | "bus" | "cache">,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<null> {
  requirePermission(ctx, "members:write");
  requireOwnWorkspace(ctx, workspaceId);
  if (userId === ctx.actor.userId) throw new AppError("conflict", "You cannot remove yourself. Leave the workspace instead.");
  const apiKeys = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "members:write");
    const member = await findMember(ctx.db, workspaceId, userId);
    if (!member) throw notFound("member");
    refuseMoreThanOwn(own, permissionsOf(member.role, member.customPermissions), "This member");
    const ended = await endMembership(ctx, userId);
    const apiKeys = ended?.apiKeys ?? [];
    await recordAudit(ctx, { action: "member.removed", subject: userId, detail: { role: member.role, apiKeys: apiKeys.length } });
    return apiKeys;
  });
  await announceMembers(ctx, { userIds: [userId], apiKeys });
  return null;
}
