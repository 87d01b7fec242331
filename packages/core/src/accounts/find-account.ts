import type { System } from "../system.ts";
import type { Account } from "./account.ts";
import { findAccountRow, findAccountRowByEmail } from "./account-repository.ts";

/** For the code that proves who somebody is; what it answers is not for them. */
export async function findAccount(
  ctx: Pick<System, "statements">,
  who: { userId: string } | { email: string },
): Promise<Account | undefined> {
  return "userId" in who ? findAccountRow(ctx.statements, who.userId) : findAccountRowByEmail(ctx.statements, who.email);
}
