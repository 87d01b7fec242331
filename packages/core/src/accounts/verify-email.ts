import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import { accountMailJob } from "../mail/account-mail-job.ts";
import { takeMailedToken } from "../mail/mailed-token-repository.ts";
import { hashOneTimeToken } from "../sessions/one-time-token.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { applyPendingEmail, markVerified } from "./account-repository.ts";
import { peekMailedToken } from "./peek-mailed-token.ts";
import { linkIsOver } from "./replace-password.ts";

type Needs = Pick<System, "db" | "statements" | "now" | "newId" | "queue">;

/**
 * The mailed token is the credential: it proves the address that the person has, or makes the one that they asked for
 * their own. Throws `unauthenticated` for any other token, `conflict` when somebody else has the address by now.
 */
export async function verifyEmail(system: Needs, token: string): Promise<{ email: string; wasChanged: boolean }> {
  const owner = await peekMailedToken(system, token);
  if (!owner) throw linkIsOver();
  try {
    return await inTransaction({ ...system, actor: accountActor(owner) }, async (ctx) => {
      const taken = await takeMailedToken(ctx.db, hashOneTimeToken(token), ["email_verification", "email_change"], ctx.now());
      if (!taken) throw linkIsOver();
      const at = ctx.now().toISOString();
      if (taken.purpose === "email_verification") {
        if (!(await markVerified(ctx.db, taken.userId, taken.email, at))) throw linkIsOver();
        await recordAccountAudit(ctx, { action: "account.email_verified" });
        return { email: taken.email, wasChanged: false };
      }
      const formerEmail = await applyPendingEmail(ctx.db, taken.userId, taken.email, at);
      if (formerEmail === undefined) throw linkIsOver();
      await recordAccountAudit(ctx, { action: "account.email_changed" });
      await ctx.queue.send(ctx.db, accountMailJob, { kind: "email_changed", userId: taken.userId, formerEmail });
      return { email: taken.email, wasChanged: true };
    });
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new AppError("conflict", "Somebody else has this e-mail address here.");
  }
}

/** The unique index on addresses; drizzle wraps what the driver throws. */
function isTaken(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return code === "23505" || cause?.code === "23505";
}
