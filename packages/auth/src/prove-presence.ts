import { AppError } from "@crew/core/app-error";
import type { AuthSystem, Client } from "./auth-system.ts";
import type { SessionHolder } from "./session-holder-rows.ts";
import { confirmPassword } from "./sign-in-with-password.ts";

/**
 * Proves with the password that its owner holds the session. Who signs in by another provider has none here: for them a
 * sign-in of the last ten minutes counts. Throws `limited`, `invalid` or `forbidden`.
 */
export async function provePresence(system: AuthSystem, holder: SessionHolder, password: string, client: Client): Promise<void> {
  if (holder.isLocalOwner) throw new AppError("forbidden", "Choose an e-mail address and a password first: PUT /v1/me/credentials.");
  if (holder.passwordHash) await confirmPassword(system, holder.userId, password, client);
  else if (!holder.isFresh)
    throw new AppError("forbidden", "You have no password here. Sign in once more, then do this within ten minutes.");
}
