import type { Page } from "@crew/contracts/page";
import type { Run, RunListQuery } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { listGrantedCrews } from "../crew-grants/crew-grant-repository.ts";
import type { Ctx } from "../system.ts";
import { listRunsPage } from "./run-repository.ts";

/** All of the workspace or, without the permission, those of the crews whose traces one was granted. */
export async function listRuns(ctx: Ctx<"statements">, query: RunListQuery): Promise<Page<Run>> {
  const { actor } = ctx;
  if (actor.permissions.includes("runs:read") || actor.kind !== "user") requirePermission(ctx, "runs:read");
  else {
    const crews = await listGrantedCrews(ctx.statements, actor, "see_traces");
    if (crews.length > 0) return listRunsPage(ctx.statements, actor.workspaceId, query, crews);
    requirePermission(ctx, "runs:read");
  }
  return listRunsPage(ctx.statements, actor.workspaceId, query);
}
