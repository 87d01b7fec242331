import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeHalt } from "./halt-repository.ts";

/** Lifts a halt: what has waited goes on at once. That of the installation is lifted by whoever operates it. */
export async function deleteHalt(ctx: Ctx<"db" | "bus" | "now" | "newId">, haltId: string): Promise<null> {
  requirePermission(ctx, "runs:halt");
  await inTransaction(ctx, async (ctx) => {
    const halt = await removeHalt(ctx.db, ctx.actor.workspaceId, haltId);
    if (!halt) throw notFound("halt");
    const { scope, crewId, reason } = halt;
    await recordAudit(ctx, { action: "halt.lifted", subject: haltId, detail: { scope, crewId, reason } });
  });
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "halt", id: haltId });
  return null;
}
