import { findAccount } from "@crew/core/accounts/find-account";
import type { AuthSystem } from "./auth-system.ts";

/** Somebody as their own browser may know them. */
export async function shownPerson(system: AuthSystem, userId: string) {
  const account = await findAccount(system, { userId });
  if (!account) return null;
  const { name, email, isVerified, pendingEmail } = account;
  return { id: userId, name, email, emailVerified: isVerified, pendingEmail };
}
