import type { CrewRunLimits } from "@crew/contracts/queue-limits";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { requireCrewPermission } from "../crew-grants/require-crew-permission.ts";
import { findCrew } from "../crews/crew-repository.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { writeRunLimits } from "./run-limit-repository.ts";

/** Not part of the crew's version: it counts for what waits already, and a run says nothing of it. */
export async function setCrewRunLimits(
  ctx: Ctx<"db" | "statements" | "now" | "newId">,
  crewId: string,
  limits: CrewRunLimits,
): Promise<CrewRunLimits> {
  await requireCrewPermission(ctx, "edit", () => crewId);
  return inTransaction(ctx, async (ctx) => {
    if (!(await findCrew(ctx.db, ctx.actor.workspaceId, crewId))) throw notFound("crew");
    await writeRunLimits(ctx.db, ctx.actor.workspaceId, crewId, limits);
    await recordAudit(ctx, { action: "crew.run_limits_set", subject: crewId, detail: { ...limits } });
    return limits;
  });
}
