import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceSchedule } from "./announce-schedule.ts";
import { removeSchedule } from "./schedule-repository.ts";

/** With the record of its ticks; its runs stay. */
export async function deleteSchedule(ctx: Ctx<"db" | "bus" | "now" | "newId">, scheduleId: string): Promise<null> {
  requirePermission(ctx, "schedules:write");
  await inTransaction(ctx, async (ctx) => {
    const name = await removeSchedule(ctx.db, ctx.actor.workspaceId, scheduleId);
    if (name === undefined) throw notFound("schedule");
    await recordAudit(ctx, { action: "schedule.deleted", subject: scheduleId, detail: { name } });
  });
  announceSchedule(ctx, scheduleId);
  return null;
}
