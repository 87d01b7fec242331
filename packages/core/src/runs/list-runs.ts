import type { Page } from "@crew/contracts/page";
import type { Run, RunListQuery } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listRunsPage } from "./run-repository.ts";

export async function listRuns(ctx: Ctx<"statements">, query: RunListQuery): Promise<Page<Run>> {
  requirePermission(ctx, "runs:read");
  return listRunsPage(ctx.statements, ctx.actor.workspaceId, query);
}
