import type { Approval, DecideApproval } from "@crew/contracts/approvals";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import type { Ctx } from "../system.ts";
import { findCrewOfApproval } from "./approval-repository.ts";
import { writeDecision } from "./write-decision.ts";

/** Answers what a parked run asks, and sets it going again in the same transaction. */
export async function decideApproval(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  approvalId: string,
  input: DecideApproval,
): Promise<Approval> {
  await requireCrewPermission(ctx, "approve", () => findCrewOfApproval(ctx.db, ctx.actor.workspaceId, approvalId));
  return writeDecision(ctx, approvalId, input);
}
