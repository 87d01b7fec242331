import { accountActor, recordAccountAudit } from "../accounts/account-actor.ts";
import { removeSessions } from "../accounts/account-repository.ts";
import { findAccount } from "../accounts/find-account.ts";
import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import type { System } from "../system.ts";
import { removeSecondFactorRow } from "./second-factor-repository.ts";

/**
 * For the operator, who has seen who asks: somebody has lost their phone and their recovery codes. Every session ends, so
 * that whoever was in before signs in anew.
 */
export async function dropSecondFactor(system: Pick<System, "db" | "statements" | "now" | "newId" | "bus">, email: string): Promise<void> {
  const account = await findAccount(system, { email });
  if (!account) throw new AppError("not_found", "Nobody here has this e-mail address.");
  await inTransaction({ ...system, actor: accountActor(account) }, async (ctx) => {
    if (!(await removeSecondFactorRow(ctx.db, account.userId))) throw new AppError("conflict", `${email} has no second factor.`);
    await removeSessions(ctx.db, account.userId);
    await recordAccountAudit(ctx, { action: "account.second_factor_dropped", detail: { by: "operator" } });
  });
  system.bus.publish(`actor:${account.userId}`, { type: "revoked" });
}
