import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeMemory } from "./memory-repository.ts";

export async function deleteMemory(ctx: Ctx<"db" | "now" | "newId">, memoryId: string): Promise<null> {
  requirePermission(ctx, "memories:write");
  return inTransaction(ctx, async (ctx) => {
    const detail = await removeMemory(ctx.db, ctx.actor.workspaceId, memoryId);
    if (!detail) throw notFound("memory");
    await recordAudit(ctx, { action: "memory.deleted", subject: memoryId, detail });
    return null;
  });
}
