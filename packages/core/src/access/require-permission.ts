import { PERMISSIONS, type Permission, type Role } from "@crew/contracts/permissions";
import { AppError } from "../app-error.ts";
import type { Actor } from "./actor.ts";

const READ: Permission[] = ["workspace:read", "crews:read", "runs:read", "conversations:read"];
const OPERATE: Permission[] = [
  ...READ,
  "runs:start",
  "runs:cancel",
  "runs:approve",
  "conversations:write",
  "api-keys:read",
  "api-keys:write",
];
const BUILD: Permission[] = [...OPERATE, "crews:write", "model-providers:read"];

/** The one table of roles and permissions; what is not listed is denied. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  viewer: READ,
  operator: OPERATE,
  builder: BUILD,
  admin: PERMISSIONS,
  owner: PERMISSIONS,
};

/** First line of every verb. Throws `forbidden`. */
export function requirePermission(ctx: { actor: Actor }, permission: Permission): void {
  if (!ctx.actor.permissions.includes(permission))
    throw new AppError(
      "forbidden",
      `This needs the permission ${permission}; your ${ctx.actor.kind === "api_key" ? "API key" : "role"} does not have it.`,
    );
}

/** What both the scopes and the role allow: a key never outlives what was taken from its owner. */
export function permissionsWithin(scopes: readonly Permission[], role: Role): Permission[] {
  return ROLE_PERMISSIONS[role].filter((permission) => scopes.includes(permission));
}
