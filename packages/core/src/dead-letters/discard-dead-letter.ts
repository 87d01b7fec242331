import type { DeadLetter } from "@crew/contracts/dead-letters";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { findLetter, resolveLetter } from "./dead-letter-repository.ts";

/** Gives it up. It stays in the list, with the reason and who gave it. */
export async function discardDeadLetter(ctx: Ctx<"db" | "bus" | "now" | "newId">, letterId: string, reason: string): Promise<DeadLetter> {
  requirePermission(ctx, "dead-letters:write");
  const { workspaceId } = ctx.actor;
  const discarded = await inTransaction(ctx, async (ctx) => {
    const resolved = await resolveLetter(ctx.db, workspaceId, letterId, { state: "discarded", by: ctx.actor.name, reason });
    if (!resolved) {
      if (!(await findLetter(ctx.db, workspaceId, letterId))) throw notFound("dead letter");
      throw new AppError("conflict", "This dead letter was redriven or discarded already.");
    }
    await recordAudit(ctx, { action: "dead_letter.discarded", subject: letterId, detail: { runId: resolved.runId, reason } });
    return resolved;
  });
  ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "dead_letter", id: letterId });
  return discarded;
}
