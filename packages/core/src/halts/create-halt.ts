import type { CreateHalt, Halt } from "@crew/contracts/halts";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { insertHalt, stopRunningRows } from "./halt-repository.ts";

/**
 * The kill switch of a workspace or a crew: what runs is stopped, what waits in the queue stays there, and nothing begins
 * until the halt is lifted.
 */
export async function createHalt(
  ctx: Ctx<"db" | "bus" | "now" | "newId">,
  { scope, crewId, reason }: CreateHalt,
): Promise<Halt & { stopping: number }> {
  requirePermission(ctx, "runs:halt");
  const { workspaceId, name } = ctx.actor;
  const halted = await inTransaction(ctx, async (ctx) => {
    if (crewId && !(await findCrew(ctx.db, workspaceId, crewId))) throw notFound("crew");
    const halt: Halt = { id: ctx.newId("halt"), scope, crewId, reason, by: name, createdAt: ctx.now().toISOString() };
    if (!(await insertHalt(ctx.db, workspaceId, halt)))
      throw new AppError("conflict", `The ${scope} is halted already. Lift that halt first to give another reason.`);
    const stopping = await stopRunningRows(ctx.db, { workspaceId, crewId }, name);
    await recordAudit(ctx, { action: "halt.created", subject: halt.id, detail: { scope, crewId, reason, stopping } });
    return { ...halt, stopping };
  });
  ctx.bus.publish(`workspace:${workspaceId}`, { type: "changed", what: "halt", id: halted.id });
  return halted;
}
