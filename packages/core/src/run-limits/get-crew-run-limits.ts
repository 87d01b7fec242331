import type { CrewRunLimits } from "@crew/contracts/queue-limits";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { findCrew } from "../crews/crew-repository.ts";
import type { Ctx } from "../system.ts";
import { findCrewRunLimits } from "./run-limit-repository.ts";

export async function getCrewRunLimits(ctx: Ctx<"db">, crewId: string): Promise<CrewRunLimits> {
  requirePermission(ctx, "crews:read");
  if (!(await findCrew(ctx.db, ctx.actor.workspaceId, crewId))) throw notFound("crew");
  return findCrewRunLimits(ctx.db, ctx.actor.workspaceId, crewId);
}
