import type { InboxApproval } from "@crew/contracts/approvals";
import { notFound } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import type { Ctx } from "../system.ts";
import { findInboxApproval } from "./approval-repository.ts";

export async function getApproval(ctx: Ctx<"db" | "statements">, approvalId: string): Promise<InboxApproval> {
  const approval = await findInboxApproval(ctx.db, ctx.actor.workspaceId, approvalId);
  await requireCrewPermission(ctx, "approve", () => approval?.crewId);
  if (!approval) throw notFound("approval");
  return approval;
}
