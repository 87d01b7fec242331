import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { countOwners } from "./member-repository.ts";

/** Behind the workspace's lock, before an owner goes or becomes less. Throws `conflict`. */
export async function refuseLastOwner(ctx: Ctx<"db">): Promise<void> {
  if ((await countOwners(ctx.db, ctx.actor.workspaceId)) <= 1)
    throw new AppError("conflict", "A workspace keeps at least one owner. Make somebody else the owner first, or delete the workspace.");
}
