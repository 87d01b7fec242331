import type { WorkspaceRunLimits } from "@crew/contracts/queue-limits";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { findWorkspaceRunLimits } from "./run-limit-repository.ts";

export async function getWorkspaceRunLimits(ctx: Ctx<"db">): Promise<WorkspaceRunLimits> {
  requirePermission(ctx, "workspace:read");
  return findWorkspaceRunLimits(ctx.db, ctx.actor.workspaceId);
}
