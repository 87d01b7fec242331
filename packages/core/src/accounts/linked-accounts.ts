import { inTransaction } from "../in-transaction.ts";
import { freshRowId } from "../sessions/fresh-row-id.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { findLinkedUserRow, insertLinkedAccount, insertUser, type LinkedIdentity } from "./linked-account-repository.ts";

type Needs = Pick<System, "db" | "now" | "newId">;

/** Who signs in with this account of another's, when anybody does. */
export async function findLinkedUser(system: Pick<System, "statements">, identity: LinkedIdentity) {
  return findLinkedUserRow(system.statements, identity);
}

/** From now on the person signs in with it too. Only for an address that both sides have verified. */
export async function linkAccount(system: Needs, person: { userId: string; name: string }, identity: LinkedIdentity): Promise<void> {
  await inTransaction({ ...system, actor: accountActor(person) }, async (ctx) => {
    await insertLinkedAccount(ctx.db, { ...identity, id: freshRowId(ctx), userId: person.userId, at: ctx.now().toISOString() });
    await recordAccountAudit(ctx, { action: "account.linked", detail: { provider: identity.providerId } });
  });
}

/** A new person, whom another's sign-in knows with a verified address. */
export async function createLinkedUser(
  system: Needs,
  person: { name: string; email: string },
  identity: LinkedIdentity,
): Promise<{ userId: string }> {
  const userId = system.newId("user");
  await inTransaction({ ...system, actor: accountActor({ userId, name: person.name }) }, async (ctx) => {
    const at = ctx.now().toISOString();
    await insertUser(ctx.db, { id: userId, name: person.name, email: person.email.toLowerCase(), isVerified: true, at });
    await insertLinkedAccount(ctx.db, { ...identity, id: freshRowId(ctx), userId, at });
    await recordAccountAudit(ctx, { action: "account.created", detail: { provider: identity.providerId } });
  });
  return { userId };
}
