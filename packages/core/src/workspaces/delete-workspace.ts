import type { DeleteWorkspace } from "@crew/contracts/workspaces";
import { requirePermission } from "../access/require-permission.ts";
import { listApiKeyHashes } from "../api-keys/api-key-repository.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { announceMembers } from "../members/announce-members.ts";
import { listMemberIds } from "../members/member-repository.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { readWorkspace } from "./get-workspace.ts";
import { requireOwnWorkspace } from "./require-own-workspace.ts";
import { lockWorkspace, removeWorkspace } from "./workspace-repository.ts";

/** Everything in it is gone for good; runs under way stop, keys and sockets of its members count no more. */
export async function deleteWorkspace(
  ctx: Ctx<"db" | "now" | "newId" | "bus" | "cache">,
  workspaceId: string,
  { name }: DeleteWorkspace,
): Promise<null> {
  requirePermission(ctx, "workspace:own");
  requireOwnWorkspace(ctx, workspaceId);
  const gone = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    await requireStanding(ctx, "workspace:own");
    const workspace = await readWorkspace(ctx);
    if (workspace.name !== name)
      throw new AppError("invalid", "This is not the workspace's name, so nothing was deleted.", {
        issues: [{ path: "name", message: "must be the name of the workspace" }],
      });
    const userIds = await listMemberIds(ctx.db, workspaceId);
    const apiKeys = await listApiKeyHashes(ctx.db, { workspaceId });
    await recordAudit(ctx, { action: "workspace.deleted", subject: workspaceId, detail: { name, members: userIds.length } });
    await removeWorkspace(ctx.db, workspaceId);
    return { userIds, apiKeys };
  });
  await announceMembers(ctx, gone);
  return null;
}
