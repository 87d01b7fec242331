import type { Permission } from "@crew/contracts/permissions";
import { permissionsOf, permissionsWithin } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findMember } from "./member-repository.ts";

/**
 * What the actor may do at this moment, read behind the workspace's lock: whoever was demoted while their request waited
 * for it acts no more as what they were. Throws `forbidden`.
 */
export async function requireStanding(ctx: Ctx<"db">, permission: Permission): Promise<readonly Permission[]> {
  const member = await findMember(ctx.db, ctx.actor.workspaceId, ctx.actor.userId);
  const current = member ? permissionsOf(member.role, member.customPermissions) : [];
  const permissions = permissionsWithin(ctx.actor.permissions, current);
  if (!permissions.includes(permission))
    throw new AppError(
      "forbidden",
      `This needs the permission ${permission}; your role was changed meanwhile and does not have it any more.`,
    );
  return permissions;
}
