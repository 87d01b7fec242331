import type { Approval } from "@crew/contracts/approvals";
import { getRun } from "../runs/get-run.ts";
import type { Ctx } from "../system.ts";
import { listApprovalRows } from "./approval-repository.ts";

export async function listApprovals(ctx: Ctx<"db" | "statements">, runId: string): Promise<{ data: Approval[] }> {
  await getRun(ctx, runId);
  return { data: await listApprovalRows(ctx.db, ctx.actor.workspaceId, runId) };
}
