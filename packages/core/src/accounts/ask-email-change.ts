import { inTransaction } from "../in-transaction.ts";
import { type AskedFrom, accountMailJob } from "../mail/account-mail-job.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { setPendingEmail } from "./account-repository.ts";

type Needs = Pick<System, "db" | "now" | "newId" | "queue">;

/**
 * By somebody who has shown their password. Nothing changes until the new address has answered; the old one is told at once.
 * An address that somebody else has is taken down too, and refused when it answers: nobody learns here who has an account.
 */
export async function askEmailChange(
  system: Needs,
  person: { userId: string; name: string },
  input: { newEmail: string; askedFrom: AskedFrom },
): Promise<void> {
  const { userId } = person;
  const { newEmail, askedFrom } = input;
  await inTransaction({ ...system, actor: accountActor(person) }, async (ctx) => {
    await setPendingEmail(ctx.db, userId, newEmail.toLowerCase(), ctx.now().toISOString());
    await recordAccountAudit(ctx, { action: "account.email_change_asked" });
    await ctx.queue.send(ctx.db, accountMailJob, { kind: "email_change", userId, askedFrom });
    await ctx.queue.send(ctx.db, accountMailJob, { kind: "email_change_asked", userId, askedFrom });
  });
}
