import type { OpenInvitation } from "@crew/contracts/invitations";
import { BUILT_IN_ROLES } from "../roles/built-in-roles.ts";
import type { System } from "../system.ts";
import { requireOpenInvitation } from "./require-open-invitation.ts";

/** For the page behind the link; whoever holds the token may know what it opens. */
export async function lookupInvitation(system: Pick<System, "statements" | "now">, token: string): Promise<OpenInvitation> {
  const found = await requireOpenInvitation(system, token);
  const { workspaceName, email, role, customRoleName, hasAccount, expiresAt } = found;
  const roleName = role === "custom" ? (customRoleName ?? "") : BUILT_IN_ROLES[role].name;
  return { workspaceName, invitedBy: found.invitedBy?.name ?? null, email, role, roleName, hasAccount, expiresAt };
}
