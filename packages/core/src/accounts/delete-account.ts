import { AppError } from "../app-error.ts";
import { inTransaction } from "../in-transaction.ts";
import type { System } from "../system.ts";
import { accountActor, recordAccountAudit } from "./account-actor.ts";
import { removeUser } from "./account-repository.ts";
import { findOrphans, lockWorkspacesOf, removeOwnWorkspaces } from "./owned-workspaces-repository.ts";

type Needs = Pick<System, "db" | "now" | "newId" | "bus">;

/**
 * By somebody who has shown their password: the person goes, with the workspaces that nobody else is in. Throws `conflict`
 * while others would be left in a workspace without an owner.
 */
export async function deleteAccount(system: Needs, person: { userId: string; name: string }): Promise<void> {
  const { userId } = person;
  await inTransaction({ ...system, actor: accountActor(person) }, async (ctx) => {
    await lockWorkspacesOf(ctx.db, userId);
    const [orphan] = await findOrphans(ctx.db, userId);
    if (orphan)
      throw new AppError(
        "conflict",
        `You are the only owner of "${orphan.name}", and others work in it. Make one of them its owner, or delete it, first.`,
      );
    await removeOwnWorkspaces(ctx.db, userId);
    await recordAccountAudit(ctx, { action: "account.deleted" });
    await removeUser(ctx.db, userId);
  });
  system.bus.publish(`actor:${userId}`, { type: "revoked" });
}
