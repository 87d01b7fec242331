import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import { freshRowId } from "../sessions/fresh-row-id.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { setPasswordHash } from "./account-repository.ts";
import { insertUser } from "./linked-account-repository.ts";

/** PostgreSQL's word for a second row with a value that must be there once. */
const UNIQUE_VIOLATION = "23505";

/**
 * A new person with a password. `isVerified`: the address was proven otherwise, as by an invitation that was mailed there.
 * Throws `conflict` when somebody has the address.
 */
export async function createAccount(
  system: Pick<System, "db" | "now" | "newId">,
  person: { name: string; email: string; passwordHash: string; isVerified: boolean },
): Promise<{ userId: string }> {
  const userId = system.newId("user");
  const { name, passwordHash, isVerified } = person;
  const email = person.email.toLowerCase();
  await inTransaction({ ...system, actor: accountActor({ userId, name }) }, async (ctx) => {
    const at = ctx.now().toISOString();
    await insertUser(ctx.db, { id: userId, name, email, isVerified, at });
    await setPasswordHash(ctx.db, userId, passwordHash, at, () => freshRowId(ctx));
    await recordAccountAudit(ctx, { action: "account.created", detail: { provider: "credential" } });
  }).catch((error: { code?: string; cause?: { code?: string } }) => {
    if ((error.cause?.code ?? error.code) !== UNIQUE_VIOLATION) throw error;
    throw new AppError("conflict", "Somebody has an account with this e-mail address already. Sign in, or reset the password.");
  });
  return { userId };
}
