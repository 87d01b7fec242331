import type { GivenRole, Member } from "@crew/contracts/members";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { permissionsOf, requirePermission } from "../access/require-permission.ts";
import { requireStepUp } from "../access/require-step-up.ts";
import { listApiKeyHashes } from "../api-keys/api-key-repository.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { requireOwnWorkspace } from "../workspaces/require-own-workspace.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { announceMembers } from "./announce-members.ts";
import { findMember, findShownMember, setMemberRole } from "./member-repository.ts";
import { refuseLastOwner } from "./refuse-last-owner.ts";
import { refuseMoreThanOwn } from "./refuse-more-than-own.ts";
import { requireStanding } from "./require-standing.ts";
import { resolveGivenRole } from "./resolve-given-role.ts";

/** Gives a member another role: none that may do more than who gives it, and to none who may do more. */
export async function updateMember(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "bus" | "cache">,
  target: { workspaceId: string; userId: string },
  input: GivenRole,
): Promise<Member> {
  const { workspaceId, userId } = target;
  requirePermission(ctx, "members:write");
  requireOwnWorkspace(ctx, workspaceId);
  if ((await resolveGivenRole(ctx, input)).permissions.includes("members:write")) await requireStepUp(ctx);
  const apiKeys = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "members:write");
    const member = await findMember(ctx.db, workspaceId, userId);
    if (!member) throw notFound("member");
    refuseMoreThanOwn(own, permissionsOf(member.role, member.customPermissions), "This member");
    const given = await resolveGivenRole(ctx, input);
    refuseMoreThanOwn(own, given.permissions, "Who has this role");
    if (member.role === "owner" && given.role !== "owner") await refuseLastOwner(ctx);
    await setMemberRole(ctx.db, workspaceId, userId, given);
    const from = { role: member.role, customRoleId: member.customRoleId };
    const to = { role: given.role, customRoleId: given.customRoleId };
    await recordAudit(ctx, { action: "member.role_changed", subject: userId, detail: { from, to } });
    return listApiKeyHashes(ctx.db, { workspaceId, userId });
  });
  await announceMembers(ctx, { userIds: [userId], apiKeys });
  const member = await findShownMember(acrossWorkspaces(ctx).db, workspaceId, userId);
  if (!member) throw notFound("member");
  return member;
}
