import type { TransferWorkspace, Workspace } from "@crew/contracts/workspaces";
import { requirePermission } from "../access/require-permission.ts";
import { listApiKeyHashes } from "../api-keys/api-key-repository.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { announceMembers } from "../members/announce-members.ts";
import { findMember, setMemberRole } from "../members/member-repository.ts";
import { requireStanding } from "../members/require-standing.ts";
import type { Ctx } from "../system.ts";
import { readWorkspace } from "./get-workspace.ts";
import { requireOwnWorkspace } from "./require-own-workspace.ts";
import { lockWorkspace } from "./workspace-repository.ts";

/** Another member becomes an owner, and who gives it away an admin: both or neither. */
export async function transferWorkspace(
  ctx: Ctx<"db" | "now" | "newId" | "bus" | "cache">,
  workspaceId: string,
  { userId: heirId }: TransferWorkspace,
): Promise<Workspace> {
  requirePermission(ctx, "workspace:own");
  requireOwnWorkspace(ctx, workspaceId);
  const { userId } = ctx.actor;
  if (heirId === userId) throw new AppError("conflict", "You own the workspace already. Name another member.");
  const { workspace, apiKeys } = await inTransaction(ctx, async (ctx) => {
    if (!(await lockWorkspace(ctx.db, workspaceId))) throw notFound("workspace");
    await requireStanding(ctx, "workspace:own");
    if (!(await findMember(ctx.db, workspaceId, heirId))) throw notFound("member");
    await setMemberRole(ctx.db, workspaceId, heirId, { role: "owner", customRoleId: null });
    await setMemberRole(ctx.db, workspaceId, userId, { role: "admin", customRoleId: null });
    await recordAudit(ctx, { action: "workspace.transferred", subject: workspaceId, detail: { from: userId, to: heirId } });
    return { workspace: await readWorkspace(ctx), apiKeys: await listApiKeyHashes(ctx.db, { workspaceId, userId }) };
  });
  await announceMembers(ctx, { userIds: [userId, heirId], apiKeys });
  return workspace;
}
