import type { Run } from "@crew/contracts/runs";
import { notFound } from "../app-error.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import type { Ctx } from "../system.ts";
import { findRun } from "./run-repository.ts";

export async function getRun(ctx: Ctx<"statements">, runId: string): Promise<Run> {
  const run = await findRun(ctx.statements, ctx.actor.workspaceId, runId);
  await requireCrewPermission(ctx, "see_traces", () => run?.crewId);
  if (!run) throw notFound("run");
  return run;
}
