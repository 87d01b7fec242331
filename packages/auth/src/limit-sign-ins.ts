import { clientNetwork } from "@crew/core/access/client-network";
import { AppError } from "@crew/core/app-error";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { System } from "@crew/core/system";
import type { Client } from "./auth-system.ts";

const QUARTER = 15 * 60;
const HOUR = 60 * 60;

/** Guesses at one account, from one network and from anywhere; the limit of each network over all accounts stands before them. */
const GUESSES = { fromNetwork: { points: 10, windowSeconds: QUARTER }, fromAnywhere: { points: 30, windowSeconds: QUARTER } };

/** Mails that one account can be made to get. */
const MAILS = { points: 5, windowSeconds: HOUR };

type Needs = Pick<System, "limiter"> & Parameters<typeof noteSecurityEvent>[0];

/** Before the password is looked at. Throws `limited`, for accounts that do not exist too. */
export async function limitGuesses(system: Needs, email: string, client: Client): Promise<void> {
  const account = email.toLowerCase();
  const fromNetwork = await system.limiter.take(`sign-in:${account}:${clientNetwork(client.address)}`, GUESSES.fromNetwork);
  // Only what gets past its network counts for the account: one network alone cannot lock everybody out for long.
  const taken = fromNetwork.allowed ? await system.limiter.take(`sign-in:${account}`, GUESSES.fromAnywhere) : fromNetwork;
  if (taken.allowed) return;
  noteSecurityEvent(system, { kind: "sign_in.limited", address: client.address, detail: {} });
  throw new AppError("limited", "Too many sign-ins for this account. Try again later, or reset the password.", {
    retryAfterSeconds: taken.resetSeconds,
  });
}

/** Whether one more mail may go out for it; who asks is not told, since that would tell which accounts exist. */
export async function mayMail(system: Needs, what: "reset" | "verify", account: string): Promise<boolean> {
  return (await system.limiter.take(`mail:${what}:${account.toLowerCase()}`, MAILS)).allowed;
}
