import type { Inputs } from "@crew/contracts/crews";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { findRunDefinition } from "./run-repository.ts";

/** What the run was started with: its crew version, its inputs, the names and sizes of its documents. */
export async function getRunDefinition(
  ctx: Ctx<"db" | "statements">,
  runId: string,
): Promise<{ definition: unknown; inputs: Inputs; documents: { name: string; characters: number }[] }> {
  const run = await getRun(ctx, runId);
  return { inputs: run.inputs, ...(await findRunDefinition(ctx.db, run)) };
}
