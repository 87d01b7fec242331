import { typeIdFromUuid } from "@crew/contracts/ids";
import type { Account } from "@crew/core/accounts/account";
import { findAccount } from "@crew/core/accounts/find-account";
import { AppError } from "@crew/core/app-error";
import { noteSecurityEvent } from "@crew/core/security/note-security-event";
import type { Statement } from "@crew/core/system";
import type { AuthSystem, Client } from "./auth-system.ts";
import { hashPassword, needsRehash, verifyPassword } from "./hash-password.ts";
import { limitGuesses } from "./limit-sign-ins.ts";

const REPLACE_HASH: Statement = {
  name: "replace-password-hash",
  text: "UPDATE accounts SET password = $2, updated_at = now() WHERE password = $1",
};

/**
 * The first factor: whose e-mail and password these are. For an account that does not exist, has no password or was
 * disabled the same work is done and the same answer given. Throws `unauthenticated` or `limited`.
 */
export async function signInWithPassword(system: AuthSystem, input: { email: string; password: string }, client: Client): Promise<string> {
  await limitGuesses(system, input.email, client);
  const account = await findAccount(system, { email: input.email });
  const isRight = await isPassword(system, account?.passwordHash ?? null, input.password);
  if (account && isRight && !account.isDisabled) return account.userId;
  noteSecurityEvent(system, { kind: "sign_in.failed", userId: account?.userId ?? null, address: client.address, detail: {} });
  throw new AppError("unauthenticated", "Invalid email or password.");
}

/** Once more, from somebody who is signed in, before what an open session alone must not do. Throws `invalid`, `forbidden` or `limited`. */
export async function confirmPassword(system: AuthSystem, userUuid: string, password: string, client: Client): Promise<Account> {
  const account = await findAccount(system, { userId: typeIdFromUuid("user", userUuid) });
  if (!account) throw new AppError("unauthenticated", "Sign in first.");
  await limitGuesses(system, account.email, client);
  if (await isPassword(system, account.passwordHash, password)) return account;
  noteSecurityEvent(system, { kind: "password.refused", userId: account.userId, address: client.address, detail: {} });
  if (account.passwordHash === null)
    throw new AppError("forbidden", "You have no password here yet. Ask for one by mail: the sign-in page has a link for it.");
  throw new AppError("invalid", "This is not your password.", { issues: [{ path: "password", message: "is not your password" }] });
}

async function isPassword(system: AuthSystem, hash: string | null, password: string): Promise<boolean> {
  if (hash === null) {
    // As much work as looking at one: how long the answer takes must not tell who has an account.
    await hashPassword(password);
    return false;
  }
  if (!(await verifyPassword(hash, password))) return false;
  // The moment in which the password is known is the one in which its hash can be made with today's parameters.
  if (needsRehash(hash)) await system.statements.run(REPLACE_HASH, [hash, await hashPassword(password)]);
  return true;
}
