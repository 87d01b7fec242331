import type { WorkspaceRunLimits } from "@crew/contracts/queue-limits";
import { requirePermission } from "../access/require-permission.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { writeRunLimits } from "./run-limit-repository.ts";

/** Counts for claims and starts from now on; what runs already goes on. */
export async function setWorkspaceRunLimits(ctx: Ctx<"db" | "now" | "newId">, limits: WorkspaceRunLimits): Promise<WorkspaceRunLimits> {
  requirePermission(ctx, "workspace:write");
  return inTransaction(ctx, async (ctx) => {
    await writeRunLimits(ctx.db, ctx.actor.workspaceId, null, limits);
    await recordAudit(ctx, { action: "workspace.run_limits_set", subject: ctx.actor.workspaceId, detail: { ...limits } });
    return limits;
  });
}
