import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeCrewGrantRow } from "./crew-grant-repository.ts";

/** Sockets that were opened with it close; a run that was started by it stops at its next call. */
export async function removeCrewGrant(
  ctx: Ctx<"db" | "now" | "newId" | "bus">,
  { crewId, userId }: { crewId: string; userId: string },
): Promise<null> {
  requirePermission(ctx, "crews:grant");
  await inTransaction(ctx, async (ctx) => {
    if (!(await removeCrewGrantRow(ctx.db, ctx.actor.workspaceId, crewId, userId))) throw notFound("grant");
    await recordAudit(ctx, { action: "crew.grant_removed", subject: crewId, detail: { userId } });
  });
  ctx.bus.publish(`actor:${userId}`, { type: "revoked" });
  return null;
}
