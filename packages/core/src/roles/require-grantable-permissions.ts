import type { Permission } from "@crew/contracts/permissions";
import { AppError } from "../app-error.ts";

/**
 * The permissions of a role without doubles. Throws `invalid` for those that its maker does not have, and for owning the
 * workspace, which no custom role may.
 */
export function requireGrantablePermissions(own: readonly Permission[], permissions: readonly Permission[]): Permission[] {
  const issues = permissions.flatMap((permission, i) => {
    const path = `permissions.${i}`;
    if (permission === "workspace:own") return [{ path, message: "is the owner's alone" }];
    return own.includes(permission) ? [] : [{ path, message: `you do not have ${permission} yourself` }];
  });
  if (issues.length > 0) throw new AppError("invalid", "The role would be allowed more than you are.", { issues });
  return [...new Set(permissions)];
}
