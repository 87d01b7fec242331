import type { Actor } from "../access/actor.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Ctx } from "../system.ts";
import { listWorkspacesOf } from "../workspaces/workspace-repository.ts";

/** A person who changes their own account. That is no workspace's business, so it grants nothing in any. */
export function accountActor(person: { userId: string; name: string }): Actor {
  return { kind: "user", userId: person.userId, apiKeyId: null, name: person.name, workspaceId: "", role: "viewer", permissions: [] };
}

/** What happens to an account is told to every workspace that lets it in, always in the same order, so that two never wait for each other. */
export async function recordAccountAudit(
  ctx: Ctx<"db" | "now" | "newId">,
  event: { action: `account.${string}`; detail?: Record<string, unknown> },
): Promise<void> {
  const { userId } = ctx.actor;
  const workspaces = await listWorkspacesOf(ctx.db, userId);
  for (const { id, role } of workspaces.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    await recordAudit({ ...ctx, actor: { ...ctx.actor, workspaceId: id, role } }, { ...event, subject: userId });
}
