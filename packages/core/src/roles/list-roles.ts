import { Role } from "@crew/contracts/permissions";
import type { WorkspaceRole } from "@crew/contracts/roles";
import { permissionsOf, requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { BUILT_IN_ROLES } from "./built-in-roles.ts";
import { countMembersByRole, listCustomRoles } from "./role-repository.ts";
import { shownRole } from "./shown-role.ts";

/** The five that every workspace has, from the widest to the narrowest, and then its own by name. */
export async function listRoles(ctx: Ctx<"db">): Promise<{ data: WorkspaceRole[] }> {
  requirePermission(ctx, "members:read");
  const { workspaceId } = ctx.actor;
  const counts = await countMembersByRole(ctx.db, workspaceId);
  const builtIn = Role.options.map(
    (role): WorkspaceRole => ({
      id: null,
      role,
      ...BUILT_IN_ROLES[role],
      permissions: [...permissionsOf(role, null)],
      memberCount: counts.get(role) ?? 0,
      createdAt: null,
      updatedAt: null,
    }),
  );
  const custom = await listCustomRoles(ctx.db, workspaceId);
  return { data: [...builtIn, ...custom.map((role) => shownRole(role, counts.get(role.id) ?? 0))] };
}
