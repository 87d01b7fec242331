import { PERMISSIONS, type Permission } from "./permissions.ts";

/**
 * What no app is given, whoever asks: to make further credentials, which would outlive its own, and to say who may do
 * what.
 */
const KEPT_FROM_APPS: readonly Permission[] = [
  "workspace:own",
  "workspace:write",
  "members:write",
  "roles:write",
  "crews:grant",
  "api-keys:write",
  "oauth-clients:write",
  "security:write",
];

/** What an app may be given. */
export const APP_PERMISSIONS: readonly Permission[] = PERMISSIONS.filter((permission) => !KEPT_FROM_APPS.includes(permission));

/** Names for many at once, so that a consent page stays readable. */
export const SCOPE_GROUPS = {
  read: ["workspace:read", "crews:read", "runs:read", "conversations:read"],
  run: ["crews:read", "runs:read", "runs:start", "runs:cancel", "conversations:read", "conversations:write"],
  build: ["crews:read", "crews:write", "memories:read", "memories:write"],
} as const satisfies Record<string, readonly Permission[]>;

/** Of a request that names none. */
export const DEFAULT_SCOPE = "read run";

/** Everything that may stand in a `scope` of an app, beside those of OpenID. */
export const SCOPE_NAMES: readonly string[] = [...Object.keys(SCOPE_GROUPS), ...APP_PERMISSIONS];

/** The permissions that a `scope` stands for, in the order of the list; what it does not know is left out. */
export function permissionsOfScope(scope: string): Permission[] {
  const names = new Set(scope.split(" "));
  for (const [group, members] of Object.entries(SCOPE_GROUPS)) if (names.has(group)) for (const member of members) names.add(member);
  return APP_PERMISSIONS.filter((permission) => names.has(permission));
}
