import type { UpdateMe } from "@crew/contracts/session";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { recordAccountAudit } from "./account-actor.ts";
import { setUserName } from "./account-repository.ts";

/** A person's own name, which is the same in every workspace. Each of their logs tells of it, under the name that they had. */
export async function renameAccount(ctx: Ctx<"db" | "now" | "newId">, { name }: UpdateMe): Promise<null> {
  const { kind, userId } = ctx.actor;
  if (kind !== "user") throw new AppError("forbidden", "This needs a person who is signed in, not a key or an app.");
  return inTransaction(acrossWorkspaces(ctx), async (ctx) => {
    const isChanged = await setUserName(ctx.db, userId, name, ctx.now().toISOString());
    if (isChanged) await recordAccountAudit(ctx, { action: "account.renamed", detail: { name } });
    return null;
  });
}
