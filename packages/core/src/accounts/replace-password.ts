import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import { type AskedFrom, accountMailJob } from "../mail/account-mail-job.ts";
import { takeMailedToken } from "../mail/mailed-token-repository.ts";
import { freshRowId } from "../sessions/fresh-row-id.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { Ctx, System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { markVerified, removeSessions, rotateSession, setPasswordHash } from "./account-repository.ts";

type Needs = Pick<System, "db" | "now" | "newId" | "queue" | "bus">;

/** By a mailed token, which is the credential: used up with it, and every session ends. Throws `unauthenticated` for any other token. */
export async function replacePasswordByToken(
  system: Needs,
  person: { userId: string; name: string },
  input: { token: string; passwordHash: string; askedFrom: AskedFrom },
): Promise<void> {
  await inTransaction({ ...system, actor: accountActor(person) }, async (ctx) => {
    const taken = await takeMailedToken(ctx.db, hashOneTimeToken(input.token), ["password_reset"], ctx.now());
    if (taken?.userId !== person.userId) throw linkIsOver();
    // The mail came through: whoever reads it has the address.
    await markVerified(ctx.db, person.userId, taken.email, ctx.now().toISOString());
    await writePassword(ctx, input);
    await removeSessions(ctx.db, person.userId);
    await recordAccountAudit(ctx, { action: "account.password_reset" });
  });
  system.bus.publish(`actor:${person.userId}`, { type: "revoked" });
}

/** By somebody who has shown the old one; the session goes on under `session.newToken`, the others end. */
export async function replaceOwnPassword(
  system: Needs,
  person: { userId: string; name: string },
  input: { passwordHash: string; askedFrom: AskedFrom; session: { id: string; newToken: string } },
): Promise<void> {
  await inTransaction({ ...system, actor: accountActor(person) }, async (ctx) => {
    await writePassword(ctx, input);
    await removeSessions(ctx.db, person.userId, input.session.id);
    await rotateSession(ctx.db, input.session.id, hashOneTimeToken(input.session.newToken), ctx.now().toISOString());
    await recordAccountAudit(ctx, { action: "account.password_changed" });
  });
  system.bus.publish(`actor:${person.userId}`, { type: "revoked" });
}

async function writePassword(
  ctx: Ctx<"db" | "now" | "newId" | "queue">,
  { passwordHash, askedFrom }: { passwordHash: string; askedFrom: AskedFrom },
): Promise<void> {
  const { userId } = ctx.actor;
  await setPasswordHash(ctx.db, userId, passwordHash, ctx.now().toISOString(), () => freshRowId(ctx));
  await ctx.queue.send(ctx.db, accountMailJob, { kind: "password_changed", userId, askedFrom });
}

/** One answer for a token that never was, was used, is over or is somebody else's. */
export function linkIsOver(): AppError {
  return new AppError("unauthenticated", "This link was used already, is too old or is not complete. Ask for a new one.");
}
