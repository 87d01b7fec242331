import type { PurgeMemories } from "@crew/contracts/memories";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import { findRun } from "../runs/run-repository.ts";
import type { Ctx } from "../system.ts";
import { removeMemories } from "./memory-repository.ts";

/** Forgets what came from one source, such as a run that has read a poisoned page. */
export async function purgeMemories(ctx: Ctx<"db" | "statements" | "now" | "newId">, source: PurgeMemories): Promise<{ removed: number }> {
  requirePermission(ctx, "memories:write");
  const { workspaceId } = ctx.actor;
  const { crewId, runId } = source;
  if (crewId !== null && !(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
  if (runId !== null && !(await findRun(ctx.statements, workspaceId, runId))) throw notFound("run");
  return inTransaction(ctx, async (ctx) => {
    const removed = await removeMemories(ctx.db, workspaceId, source);
    await recordAudit(ctx, { action: "memories.purged", subject: runId ?? crewId ?? workspaceId, detail: { ...source, removed } });
    return { removed };
  });
}
