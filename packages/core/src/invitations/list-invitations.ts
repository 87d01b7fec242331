import type { Invitation, InvitationQuery } from "@crew/contracts/invitations";
import type { Page } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listInvitationPage } from "./invitation-repository.ts";

export async function listInvitations(ctx: Ctx<"db" | "now">, query: InvitationQuery): Promise<Page<Invitation>> {
  requirePermission(ctx, "members:write");
  return listInvitationPage(ctx.db, ctx.actor.workspaceId, query, ctx.now().toISOString());
}
