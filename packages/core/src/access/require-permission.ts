import { type MemberRole, PERMISSIONS, type Permission, type Role } from "@crew/contracts/permissions";
import { AppError } from "../app-error.ts";
import type { Actor } from "./actor.ts";
import { requireSecondFactor } from "./require-second-factor.ts";

const READ: Permission[] = [
  "workspace:read",
  "members:read",
  "crews:read",
  "runs:read",
  "conversations:read",
  "memories:read",
  "schedules:read",
  "usage:read",
  "budgets:read",
];
const OPERATE: Permission[] = [
  ...READ,
  "runs:start",
  "runs:cancel",
  "runs:approve",
  "runs:halt",
  "dead-letters:read",
  "dead-letters:write",
  "workers:read",
  "triggers:read",
  "webhooks:read",
  "conversations:write",
  "api-keys:read",
  "api-keys:write",
];
const BUILD: Permission[] = [
  ...OPERATE,
  "crews:write",
  "memories:write",
  "model-providers:read",
  "mcp-servers:read",
  "secrets:read",
  "schedules:write",
  "triggers:write",
  "webhooks:write",
];

/** The one table of roles and permissions; what is not listed is denied. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  viewer: READ,
  operator: OPERATE,
  builder: BUILD,
  admin: PERMISSIONS.filter((permission) => permission !== "workspace:own"),
  owner: PERMISSIONS,
};

/** A member's permissions: those of a built-in role, or those that a custom role lists. */
export function permissionsOf(role: MemberRole, customPermissions: readonly Permission[] | null): readonly Permission[] {
  if (role !== "custom") return ROLE_PERMISSIONS[role];
  return PERMISSIONS.filter((permission) => permission !== "workspace:own" && customPermissions?.includes(permission));
}

const HOLDERS: Record<Actor["kind"], string> = { user: "role", api_key: "API key", oauth_client: "app" };

/** First line of every verb. Throws `forbidden`. */
export function requirePermission(ctx: { actor: Actor }, permission: Permission): void {
  requireSecondFactor(ctx.actor);
  if (!ctx.actor.permissions.includes(permission))
    throw new AppError("forbidden", `This needs the permission ${permission}; your ${HOLDERS[ctx.actor.kind]} does not have it.`);
}

/** What both the scopes and the member's own permissions allow: a key never outlives what was taken from its owner. */
export function permissionsWithin(scopes: readonly Permission[], permissions: readonly Permission[]): Permission[] {
  return permissions.filter((permission) => scopes.includes(permission));
}
