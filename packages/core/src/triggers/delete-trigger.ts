import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceTrigger } from "./announce-trigger.ts";
import { removeTrigger } from "./trigger-repository.ts";

/** With its deliveries; its runs stay. */
export async function deleteTrigger(ctx: Ctx<"db" | "bus" | "now" | "newId">, triggerId: string): Promise<null> {
  requirePermission(ctx, "triggers:write");
  await inTransaction(ctx, async (ctx) => {
    const name = await removeTrigger(ctx.db, ctx.actor.workspaceId, triggerId);
    if (name === undefined) throw notFound("trigger");
    await recordAudit(ctx, { action: "trigger.deleted", subject: triggerId, detail: { name } });
  });
  announceTrigger(ctx, triggerId);
  return null;
}
