import { createAccount } from "@crew/core/accounts/create-account";
import { AppError } from "@crew/core/app-error";
import { joinByInvitation } from "@crew/core/invitations/join-by-invitation";
import { requireOpenInvitation } from "@crew/core/invitations/require-open-invitation";
import { accountMailJob } from "@crew/core/mail/account-mail-job";
import { createWorkspace } from "@crew/core/workspaces/create-workspace";
import type { AuthSystem } from "./auth-system.ts";
import { hashPassword } from "./hash-password.ts";
import { signUpByPolicy } from "./sign-up-policy.ts";

interface NewPerson {
  name: string;
  email: string;
  password: string;
}

/**
 * Makes a new person, where the installation takes strangers or an invitation names them. With an invitation they join the
 * workspace that invites them, instead of getting one of their own, and their address counts as verified: the link was
 * mailed there. What fails after the person exists is made up for by their first request.
 */
export async function signUp(system: AuthSystem, person: NewPerson, invitation: string | undefined): Promise<{ userId: string }> {
  if (invitation !== undefined) await requireOwnInvitation(system, invitation, person.email);
  const create = async () =>
    createAccount(system, { ...person, passwordHash: await hashPassword(person.password), isVerified: invitation !== undefined });
  const { userId } = invitation === undefined ? await signUpByPolicy(system, create) : await create();
  try {
    if (invitation !== undefined) await joinByInvitation(system, { userId, ...person }, invitation);
    else {
      await createWorkspace(system, { userId, name: person.name });
      await system.queue.send(system.db, accountMailJob, { kind: "email_verification", userId, askedFrom: null });
    }
  } catch (error) {
    system.log.warn({ err: error }, "a new person has no workspace or no mail yet");
  }
  return { userId };
}

async function requireOwnInvitation(system: AuthSystem, invitation: string, email: string): Promise<void> {
  const found = await requireOpenInvitation(system, invitation);
  if (email.toLowerCase() !== found.email)
    throw new AppError("forbidden", `This invitation is for ${found.email}. Sign up with that address, or ask for an invitation to yours.`);
}
