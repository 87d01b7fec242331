import type { Approval, DecideApproval } from "@crew/contracts/approvals";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { callHash } from "../runs/execute/call-hash.ts";
import type { Ctx } from "../system.ts";
import { removeApprovalLinks } from "./approval-link-repository.ts";
import { decideApprovalRow, findApproval, wakeRun } from "./approval-repository.ts";
import { requireFitAnswer } from "./require-fit-answer.ts";

/** For verbs that have found out whether the actor may: the answer, the run's way back to the queue and the record of both. */
export async function writeDecision(
  ctx: Ctx<"db" | "bus" | "now" | "newId">,
  approvalId: string,
  input: DecideApproval,
  more: Record<string, unknown> = {},
): Promise<Approval> {
  const { workspaceId, name } = ctx.actor;
  const approval = await inTransaction(ctx, async (ctx) => {
    const open = await findApproval(ctx.db, workspaceId, approvalId);
    if (!open) throw notFound("approval");
    requireFitAnswer(open, input);
    const at = ctx.now().toISOString();
    const decided = await decideApprovalRow(ctx.db, workspaceId, approvalId, { ...input, by: name, at });
    if (!decided) throw await answeredBefore(ctx, approvalId);
    if (!(await wakeRun(ctx.db, decided.runId, at))) throw new AppError("conflict", "The run does not wait for this answer any more.");
    await removeApprovalLinks(ctx.db, workspaceId, approvalId);
    await recordAudit(ctx, {
      action: "approval.decided",
      subject: approvalId,
      detail: { decision: input.decision, kind: open.kind, runId: decided.runId, ...callDetail(decided), ...more },
    });
    return decided;
  });
  ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "run", id: approval.runId });
  ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "approval", id: approvalId });
  return approval;
}

/** Which call was allowed: with edited arguments it is another one than was asked for. */
function callDetail({ call, editedArguments }: Approval): Record<string, unknown> {
  if (!call) return {};
  const ran = editedArguments ? { askedHash: call.hash, callHash: callHash(call.tool, editedArguments) } : { callHash: call.hash };
  return { tool: call.tool, host: call.host, ...ran };
}

async function answeredBefore(ctx: Ctx<"db">, approvalId: string): Promise<AppError> {
  const current = await findApproval(ctx.db, ctx.actor.workspaceId, approvalId);
  const who = current?.decision === "expired" ? "Its time was over" : `${current?.decidedBy ?? "Somebody"} answered first`;
  return new AppError("conflict", `${who}: ${(current?.decision ?? "").replaceAll("_", " ")}. The first answer counts.`, { current });
}
