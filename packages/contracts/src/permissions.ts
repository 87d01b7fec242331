import { z } from "zod";

/** What one may do, as `noun:verb`. Roles map to these in `core/access`; API keys carry a subset as scopes. */
export const PERMISSIONS = [
  "workspace:read",
  "workspace:write",
  "crews:read",
  "crews:write",
  "runs:read",
  "runs:start",
  "runs:cancel",
  "runs:approve",
  "conversations:read",
  "conversations:write",
  "api-keys:read",
  "api-keys:write",
  "model-providers:read",
  "model-providers:write",
  "audit:read",
] as const;

export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;

export const Role = z.enum(["owner", "admin", "builder", "operator", "viewer"]);
export type Role = z.infer<typeof Role>;
