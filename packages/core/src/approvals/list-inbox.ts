import type { ApprovalInboxQuery, InboxApproval } from "@crew/contracts/approvals";
import type { Page } from "@crew/contracts/page";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listInboxPage } from "./approval-repository.ts";
import { crewsToAnswerFor } from "./crews-to-answer-for.ts";

/** What the runs of the workspace ask or, without the permission, those of the crews for which one was let answer. */
export async function listInbox(ctx: Ctx<"db" | "statements">, query: ApprovalInboxQuery): Promise<Page<InboxApproval>> {
  const crews = await crewsToAnswerFor(ctx);
  if (crews.length === 0) requirePermission(ctx, "runs:approve");
  return listInboxPage(ctx.db, ctx.actor.workspaceId, query, crews === "all" ? undefined : crews);
}
