import type { PurgeMemories } from "@crew/contracts/memories";
import { requirePermission } from "../access/require-permission.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeMemories } from "./memory-repository.ts";

/** Forgets what came from one source, such as a run that has read a poisoned page. */
export async function purgeMemories(ctx: Ctx<"db" | "now" | "newId">, source: PurgeMemories): Promise<{ removed: number }> {
  requirePermission(ctx, "memories:write");
  const { workspaceId } = ctx.actor;
  return inTransaction(ctx, async (ctx) => {
    const removed = await removeMemories(ctx.db, workspaceId, source);
    const subject = source.runId ?? source.crewId ?? workspaceId;
    await recordAudit(ctx, { action: "memories.purged", subject, detail: { ...source, removed } });
    return { removed };
  });
}
