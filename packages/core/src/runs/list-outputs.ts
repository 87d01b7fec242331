import type { TaskOutput } from "@crew/contracts/runs";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { listTaskOutputs } from "./run-repository.ts";

export async function listOutputs(ctx: Ctx<"db" | "statements">, runId: string): Promise<{ data: TaskOutput[] }> {
  await getRun(ctx, runId);
  return { data: await listTaskOutputs(ctx.db, runId) };
}
