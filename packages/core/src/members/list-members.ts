import type { Member } from "@crew/contracts/members";
import type { Page, PageQuery } from "@crew/contracts/page";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { requireOwnWorkspace } from "../workspaces/require-own-workspace.ts";
import { listMemberPage } from "./member-repository.ts";

export async function listMembers(ctx: Ctx<"db">, workspaceId: string, query: PageQuery): Promise<Page<Member>> {
  requirePermission(ctx, "members:read");
  requireOwnWorkspace(ctx, workspaceId);
  return listMemberPage(acrossWorkspaces(ctx).db, workspaceId, query);
}
