import type { Membership } from "../workspaces/workspace-repository.ts";
import type { Actor } from "./actor.ts";
import { ROLE_PERMISSIONS } from "./require-permission.ts";

/** A person who acts in one of their workspaces. */
export function userActor({ userId, userName, workspaceId, role }: Membership): Actor {
  return { kind: "user", userId, apiKeyId: null, name: userName, workspaceId, role, permissions: ROLE_PERMISSIONS[role] };
}
