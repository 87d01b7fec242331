import type { Membership } from "../workspaces/workspace-repository.ts";
import type { Actor } from "./actor.ts";
import { permissionsOf } from "./require-permission.ts";

/** A person who acts in one of their workspaces. */
export function userActor(membership: Membership): Actor {
  const { userId, userName, workspaceId, role, lacksSecondFactor } = membership;
  const permissions = permissionsOf(role, membership.customPermissions ?? null);
  return {
    kind: "user",
    userId,
    apiKeyId: null,
    name: userName,
    workspaceId,
    role,
    permissions,
    ...(lacksSecondFactor && { lacksSecondFactor }),
  };
}
