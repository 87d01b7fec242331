import type { Operations } from "@crew/contracts/workers";
import { acrossWorkspaces } from "../access/acting-for.ts";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listWorkerRows, readOperations } from "./operation-repository.ts";

/** Who runs what, how deep the queue is and how fast it moves. Of other workspaces' runs it tells only how many a worker holds. */
export async function listWorkers(ctx: Ctx<"statements">): Promise<Operations> {
  requirePermission(ctx, "workers:read");
  const { workspaceId } = ctx.actor;
  const [workers, figures] = await Promise.all([
    listWorkerRows(acrossWorkspaces(ctx).statements, workspaceId),
    readOperations(ctx.statements, workspaceId),
  ]);
  return { workers, ...figures };
}
