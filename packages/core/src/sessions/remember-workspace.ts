import type { Ctx } from "../system.ts";
import { setLastWorkspace } from "../workspaces/workspace-repository.ts";

/** The workspace in which the person starts next time. Needs no permission; keys have one workspace and remember none. */
export async function rememberWorkspace(ctx: Ctx<"db">): Promise<void> {
  if (ctx.actor.kind === "user") await setLastWorkspace(ctx.db, ctx.actor.userId, ctx.actor.workspaceId);
}
