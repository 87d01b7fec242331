import { listApiKeyHashes } from "../api-keys/api-key-repository.ts";
import { forgetApiKeys } from "../api-keys/forget-api-keys.ts";
import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import { removeMailedTokens } from "../mail/mailed-token-repository.ts";
import type { System } from "../system.ts";
import { listWorkspacesOf } from "../workspaces/workspace-repository.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { removeSessions, setDisabled } from "./account-repository.ts";
import { findAccount } from "./find-account.ts";

type Needs = Pick<System, "db" | "statements" | "now" | "newId" | "bus" | "cache">;

/** For the operator: the person's sessions, keys and tokens count no more until `isDisabled` is taken back; their work stays. */
export async function disableAccount(system: Needs, email: string, isDisabled = true): Promise<void> {
  const account = await findAccount(system, { email });
  if (!account) throw new AppError("not_found", "Nobody here has this e-mail address.");
  const { userId } = account;
  const workspaces = await listWorkspacesOf(system.db, userId);
  const keys = await Promise.all(workspaces.map(({ id }) => listApiKeyHashes(system.db, { workspaceId: id, userId })));
  await inTransaction({ ...system, actor: accountActor(account) }, async (ctx) => {
    await setDisabled(ctx.db, userId, isDisabled, ctx.now().toISOString());
    if (isDisabled) {
      await removeSessions(ctx.db, userId);
      await removeMailedTokens(ctx.db, userId);
    }
    await recordAccountAudit(ctx, { action: isDisabled ? "account.disabled" : "account.enabled", detail: { by: "operator" } });
  });
  await forgetApiKeys(system, keys.flat());
  system.bus.publish(`actor:${userId}`, { type: "revoked" });
}
