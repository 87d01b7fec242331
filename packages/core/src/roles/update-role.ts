import type { UpdateRole } from "@crew/contracts/roles";
import { requirePermission } from "../access/require-permission.ts";
import { requireStepUp } from "../access/require-step-up.ts";
import { listApiKeyHashes } from "../api-keys/api-key-repository.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { announceMembers } from "../members/announce-members.ts";
import { listMemberIds } from "../members/member-repository.ts";
import { refuseMoreThanOwn } from "../members/refuse-more-than-own.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { lockWorkspace } from "../workspaces/workspace-repository.ts";
import { nameTaken } from "./create-role.ts";
import { requireGrantablePermissions } from "./require-grantable-permissions.ts";
import { findRole, isRoleNameTaken, type ShownCustomRole, updateRoleRow } from "./role-repository.ts";
import { shownRole } from "./shown-role.ts";

/** Counts at once for everybody who has the role. One that may do more than who changes it is left alone. */
export async function updateRole(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "bus" | "cache">,
  roleId: string,
  input: UpdateRole,
): Promise<ShownCustomRole> {
  requirePermission(ctx, "roles:write");
  if (input.permissions?.includes("members:write")) await requireStepUp(ctx);
  const { workspaceId } = ctx.actor;
  const { role, userIds, apiKeys } = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const own = await requireStanding(ctx, "roles:write");
    const before = await findRole(ctx.db, workspaceId, roleId);
    if (!before) throw notFound("role");
    refuseMoreThanOwn(own, before.permissions, "Who has this role");
    const permissions = input.permissions && requireGrantablePermissions(own, input.permissions);
    const { name, description } = input;
    if (name !== undefined && (await isRoleNameTaken(ctx.db, workspaceId, name, roleId))) throw nameTaken(name);
    const fields = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(permissions && { permissions }),
      updatedAt: ctx.now().toISOString(),
    };
    await updateRoleRow(ctx.db, workspaceId, roleId, fields);
    const detail = { name: name ?? before.name, ...(permissions && { before: before.permissions, permissions }) };
    await recordAudit(ctx, { action: "role.updated", subject: roleId, detail });
    const userIds = await listMemberIds(ctx.db, workspaceId, roleId);
    const apiKeys = [];
    for (const userId of userIds) apiKeys.push(...(await listApiKeyHashes(ctx.db, { workspaceId, userId })));
    return { role: { ...before, ...fields }, userIds, apiKeys };
  });
  if (input.permissions) await announceMembers(ctx, { userIds, apiKeys });
  return shownRole(role, userIds.length);
}
