import type { RunLinks } from "@crew/contracts/runs";
import type { Ctx } from "../system.ts";
import { getRun } from "./get-run.ts";
import { findRunLinks } from "./run-link-repository.ts";

/** The runs that it continues or is continued by. Its dead letter is told to those who may see it. */
export async function listRunLinks(ctx: Ctx<"statements">, runId: string): Promise<RunLinks> {
  const { id } = await getRun(ctx, runId);
  const found = await findRunLinks(ctx.statements, ctx.actor.workspaceId, id);
  return ctx.actor.permissions.includes("dead-letters:read") ? found : { ...found, deadLetter: null };
}
