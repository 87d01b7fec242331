import type { GivenRole } from "@crew/contracts/members";
import type { Permission } from "@crew/contracts/permissions";
import { permissionsOf } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { findRole } from "../roles/role-repository.ts";
import type { Ctx } from "../system.ts";
import type { RoleOfRow } from "./member-repository.ts";

/** The role that is to be given, and what it allows. Throws `invalid` for one that the workspace does not have. */
export async function resolveGivenRole(
  ctx: Ctx<"db">,
  { role, customRoleId }: GivenRole,
): Promise<RoleOfRow & { permissions: readonly Permission[] }> {
  if ((role === "custom") !== (customRoleId !== null))
    throw invalidRole(role === "custom" ? "names the custom role that is meant" : "goes with the role custom only");
  if (customRoleId === null) return { role, customRoleId, permissions: permissionsOf(role, null) };
  const custom = await findRole(ctx.db, ctx.actor.workspaceId, customRoleId);
  if (!custom) throw invalidRole("is no role of this workspace");
  return { role, customRoleId, permissions: permissionsOf(role, custom.permissions) };
}

function invalidRole(message: string): AppError {
  return new AppError("invalid", "There is no such role to give.", { issues: [{ path: "customRoleId", message }] });
}
