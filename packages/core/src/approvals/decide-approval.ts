import type { Approval, ApprovalDecision, DecideApproval } from "@crew/contracts/approvals";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { decideApprovalRow, findApproval, findCrewOfApproval, wakeRun } from "./approval-repository.ts";

const DECISIONS: Record<Approval["kind"], readonly ApprovalDecision[]> = {
  human_input: ["approve", "revise", "fail"],
  tool_call: ["approve", "reject", "fail"],
  needs_attention: ["happened", "did_not_happen", "fail"],
};

/** Answers what a parked run asks, and sets it going again in the same transaction. */
export async function decideApproval(
  ctx: Ctx<"db" | "statements" | "bus" | "now" | "newId">,
  approvalId: string,
  input: DecideApproval,
): Promise<Approval> {
  await requireCrewPermission(ctx, "approve", () => findCrewOfApproval(ctx.db, ctx.actor.workspaceId, approvalId));
  const approval = await inTransaction(ctx, async (ctx) => {
    const open = await findApproval(ctx.db, ctx.actor.workspaceId, approvalId);
    if (!open) throw notFound("approval");
    refuseUnfit(open, input);
    const at = ctx.now().toISOString();
    const decided = await decideApprovalRow(ctx.db, ctx.actor.workspaceId, approvalId, { ...input, by: ctx.actor.name, at });
    if (!decided) throw new AppError("conflict", "This was answered already; the first answer counts.", { current: open });
    if (!(await wakeRun(ctx.db, decided.runId, at))) throw new AppError("conflict", "The run does not wait for this answer any more.");
    const call = open.call && { tool: open.call.tool, host: open.call.host, callHash: open.call.hash };
    const detail = { decision: input.decision, runId: decided.runId, ...call };
    await recordAudit(ctx, { action: "approval.decided", subject: approvalId, detail });
    return decided;
  });
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "run", id: approval.runId });
  return approval;
}

function refuseUnfit(open: Approval, { decision, feedback }: DecideApproval): void {
  const fit = DECISIONS[open.kind];
  if (!fit.includes(decision)) {
    throw new AppError("invalid", `This question takes one of: ${fit.join(", ")}.`, {
      issues: [{ path: "decision", message: `must be one of ${fit.join(", ")}` }],
    });
  }
  if (decision === "revise" && feedback.trim() === "") {
    throw new AppError("invalid", "Say what should be different.", { issues: [{ path: "feedback", message: "is needed to revise" }] });
  }
}
