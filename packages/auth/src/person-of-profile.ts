import { findAccount } from "@crew/core/accounts/find-account";
import { createLinkedUser, findLinkedUser, linkAccount } from "@crew/core/accounts/linked-accounts";
import { AppError } from "@crew/core/app-error";
import { isInvited, joinByAddress } from "@crew/core/invitations/join-by-invitation";
import { createWorkspace } from "@crew/core/workspaces/create-workspace";
import { z } from "zod";
import type { AuthSystem } from "./auth-system.ts";
import type { OtherProfile } from "./other-sign-in.ts";
import { signUpByPolicy } from "./sign-up-policy.ts";

/** Why somebody whom another knows does not get in here; the sign-in page has words for each. */
export type Refusal = "account_disabled" | "address_not_verified" | "address_taken" | "sign_up_closed";

/**
 * Whose profile this is: whoever linked it before; else, for an address that both sides have verified, whoever has it here;
 * else a new person, where the installation takes strangers. An unverified address links nothing: anybody can type one.
 */
export async function personOfProfile(
  system: AuthSystem,
  providerId: string,
  profile: OtherProfile,
): Promise<{ userId: string } | { refusal: Refusal }> {
  const identity = { providerId, subject: profile.subject };
  const linked = await findLinkedUser(system, identity);
  if (linked) return linked.isDisabled ? { refusal: "account_disabled" } : { userId: linked.userId };
  const email = z.email().max(254).safeParse(profile.email?.toLowerCase()).data;
  if (!email || !profile.isVerified) return { refusal: "address_not_verified" };
  const account = await findAccount(system, { email });
  if (account?.isDisabled) return { refusal: "account_disabled" };
  if (account && !account.isVerified) return { refusal: "address_taken" };
  if (account) {
    await linkAccount(system, account, identity);
    return { userId: account.userId };
  }
  return signUp(system, { email, name: nameFor(profile.name, email) }, identity);
}

async function signUp(
  system: AuthSystem,
  person: { email: string; name: string },
  identity: { providerId: string; subject: string },
): Promise<{ userId: string } | { refusal: Refusal }> {
  try {
    const create = () => createLinkedUser(system, person, identity);
    // The provider vouches for the address, which is as much as a link that was mailed there.
    const wasInvited = await isInvited(system, person.email);
    const { userId } = wasInvited ? await create() : await signUpByPolicy(system, create);
    await giveWorkspace(system, { userId, ...person });
    return { userId };
  } catch (error) {
    if (error instanceof AppError && error.code === "forbidden") return { refusal: "sign_up_closed" };
    throw error;
  }
}

/** What fails here is made up for by the person's first request. */
async function giveWorkspace(system: AuthSystem, person: { userId: string; name: string; email: string }): Promise<void> {
  try {
    if ((await joinByAddress(system, person)) === 0) await createWorkspace(system, person);
  } catch (error) {
    system.log.warn({ err: error }, "a new person has no workspace yet");
  }
}

/** What others call people may be any text; here it is one line of at most 80 characters. */
function nameFor(said: string | null, email: string): string {
  const line = (said ?? "")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return [...(line || (email.split("@")[0] ?? email))].slice(0, 80).join("");
}
