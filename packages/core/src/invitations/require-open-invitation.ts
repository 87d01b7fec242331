import { permissionsOf } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";
import { type FoundInvitation, findInvitationByToken } from "./invitation-repository.ts";

/** The invitation that a token opens. It counts as long as whoever sent it may still invite to as much. Throws `not_found`. */
export async function requireOpenInvitation(system: Pick<System, "statements" | "now">, token: string): Promise<FoundInvitation> {
  const found = await findInvitationByToken(system.statements, hashOneTimeToken(token), system.now());
  if (!found || !isStillGood(found))
    throw new AppError("not_found", "This invitation was used, revoked or is over. Ask whoever invited you for a new one.");
  return found;
}

/** Whether whoever sent it is still there and may still invite to as much. */
export function isStillGood({ invitedBy, role, customPermissions }: FoundInvitation): boolean {
  if (!invitedBy) return false;
  const own = permissionsOf(invitedBy.role, invitedBy.customPermissions);
  return own.includes("members:write") && permissionsOf(role, customPermissions).every((permission) => own.includes(permission));
}
