import { AsyncLocalStorage } from "node:async_hooks";
import { AppError } from "@crew/core/app-error";
import { requireOpenInvitation } from "@crew/core/invitations/require-open-invitation";
import type { AuthSystem } from "./auth-system.ts";

/** From the request that brings an invitation to the hook that Better Auth calls for the new person. */
const inHand = new AsyncLocalStorage<string>();

/** The invitation's token while the person who holds it signs up. */
export function invitationInHand(): string | undefined {
  return inHand.getStore();
}

/**
 * Lets in whoever an invitation names, whatever the installation's policy on strangers; `signUp` creates the person, who
 * joins the workspace that invites them instead of getting one of their own.
 */
export async function signUpInvited<T>(
  system: AuthSystem,
  { invitation, email }: { invitation: string; email: string },
  signUp: () => Promise<T>,
): Promise<T> {
  const found = await requireOpenInvitation(system, invitation);
  if (email.toLowerCase() !== found.email)
    throw new AppError("forbidden", `This invitation is for ${found.email}. Sign up with that address, or ask for an invitation to yours.`);
  return inHand.run(invitation, signUp);
}
