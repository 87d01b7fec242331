import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { removeMemories } from "../memories/memory-repository.ts";
import { pauseSchedulesOf } from "../schedules/schedule-repository.ts";
import type { Ctx } from "../system.ts";
import { announceCrew } from "./announce-crew.ts";
import { removeCrew } from "./crew-repository.ts";

/** The crew is gone for everyone, with what it remembers; its runs stay readable, and those under way go on. */
export async function deleteCrew(ctx: Ctx<"db" | "now" | "newId" | "bus">, crewId: string): Promise<null> {
  requirePermission(ctx, "crews:write");
  await inTransaction(ctx, async (ctx) => {
    if (!(await removeCrew(ctx.db, ctx.actor.workspaceId, crewId, ctx.now().toISOString()))) throw notFound("crew");
    await removeMemories(ctx.db, ctx.actor.workspaceId, { crewId, runId: null, taintedOnly: false });
    await pauseSchedulesOf(ctx.db, ctx.actor.workspaceId, crewId);
    await recordAudit(ctx, { action: "crew.deleted", subject: crewId });
  });
  announceCrew(ctx, crewId);
  return null;
}
