import { type AskedFrom, accountMailJob } from "../mail/account-mail-job.ts";
import type { System } from "../system.ts";
import { findAccount } from "./find-account.ts";

/** The same work and the same silence for an address that nobody has: one look, one job. */
export async function askPasswordReset(
  ctx: Pick<System, "db" | "statements" | "queue">,
  email: string,
  askedFrom: AskedFrom,
): Promise<void> {
  const account = await findAccount(ctx, { email });
  const userId = account && !account.isDisabled && !account.isLocalOwner ? account.userId : null;
  await ctx.queue.send(ctx.db, accountMailJob, { kind: "password_reset", userId, askedFrom });
}
