import type { Run } from "@crew/contracts/runs";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findRun } from "./run-repository.ts";

export async function getRun(ctx: Ctx<"statements">, runId: string): Promise<Run> {
  requirePermission(ctx, "runs:read");
  const run = await findRun(ctx.statements, ctx.actor.workspaceId, runId);
  if (!run) throw notFound("run");
  return run;
}
