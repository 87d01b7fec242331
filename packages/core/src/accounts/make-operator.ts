import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { setOperator } from "./account-repository.ts";
import { findAccount } from "./find-account.ts";

/**
 * On the machine alone, since no request may make somebody an operator: the person may see to the whole installation from
 * the console, or, with `isOperator` false, may not any more.
 */
export async function makeOperator(
  system: Pick<System, "db" | "statements" | "now" | "newId">,
  email: string,
  isOperator: boolean,
): Promise<void> {
  const account = await findAccount(system, { email });
  if (!account) throw new AppError("not_found", "Nobody here has this e-mail address.");
  await inTransaction({ ...system, actor: accountActor(account) }, async (ctx) => {
    if (!(await setOperator(ctx.db, account.userId, isOperator, ctx.now().toISOString())))
      throw new AppError("conflict", `${email} is ${isOperator ? "an operator already" : "no operator"}.`);
    await recordAccountAudit(ctx, {
      action: isOperator ? "account.operator_made" : "account.operator_removed",
      detail: { by: "operator" },
    });
  });
}
