import type { Actor } from "../access/actor.ts";
import { notFound } from "../app-error.ts";

/** What names a workspace in its path acts in that one or, for whom it is not, in none. */
export function requireOwnWorkspace(ctx: { actor: Actor }, workspaceId: string): void {
  if (ctx.actor.workspaceId !== workspaceId) throw notFound("workspace");
}
