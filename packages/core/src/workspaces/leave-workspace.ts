import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { announceMembers } from "../members/announce-members.ts";
import { endMembership } from "../members/end-membership.ts";
import type { Ctx } from "../system.ts";
import { requireOwnWorkspace } from "./require-own-workspace.ts";
import { lockWorkspace } from "./workspace-repository.ts";

/** A person goes; whoever is in may, but for the last owner. */
export async function leaveWorkspace(ctx: Ctx<"db" | "now" | "newId" | "bus" | "cache">, workspaceId: string): Promise<null> {
  const { kind, userId } = ctx.actor;
  if (kind !== "user") throw new AppError("forbidden", "This needs a person who is signed in, not a key or an app.");
  requireOwnWorkspace(ctx, workspaceId);
  const ended = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    const ended = await endMembership(ctx, userId);
    if (!ended) throw notFound("workspace");
    await recordAudit(ctx, { action: "member.left", subject: userId, detail: { role: ended.role, apiKeys: ended.apiKeys.length } });
    return ended;
  });
  await announceMembers(ctx, { userIds: [userId], apiKeys: ended.apiKeys });
  return null;
}
