import { z } from "zod";

/**
 * What one may do, as `noun:verb`. Roles map to these in `core/access`; API keys, OAuth apps and crews carry a subset as
 * scopes.
 */
export const PERMISSIONS = [
  "workspace:read",
  "workspace:write",
  /** Transfer the workspace or delete it: the owner's alone. */
  "workspace:own",
  "members:read",
  "members:write",
  "roles:write",
  "crews:read",
  "crews:write",
  /** Say who may do what with one crew. */
  "crews:grant",
  "runs:read",
  "runs:start",
  "runs:cancel",
  "runs:approve",
  /** The kill switch: stop what runs and let nothing begin, in a crew or the whole workspace. */
  "runs:halt",
  "dead-letters:read",
  "dead-letters:write",
  "workers:read",
  "schedules:read",
  "schedules:write",
  "triggers:read",
  "triggers:write",
  "webhooks:read",
  "webhooks:write",
  "usage:read",
  "budgets:read",
  "budgets:write",
  "conversations:read",
  "conversations:write",
  "memories:read",
  "memories:write",
  "api-keys:read",
  "api-keys:write",
  "oauth-clients:read",
  "oauth-clients:write",
  "model-providers:read",
  "model-providers:write",
  "mcp-servers:read",
  "mcp-servers:write",
  "secrets:read",
  "secrets:write",
  "audit:read",
  /** Security events, the egress list, alert webhooks, the workspace's rules on second factors. */
  "security:read",
  "security:write",
] as const;

export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

/** The roles that every workspace has. */
export const Role = z.enum(["owner", "admin", "builder", "operator", "viewer"]);
export type Role = z.infer<typeof Role>;

/** `custom`: one that the workspace has made itself. */
export const MemberRole = z.enum([...Role.options, "custom"]);
export type MemberRole = z.infer<typeof MemberRole>;
