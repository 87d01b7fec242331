import type { Crew } from "@crew/contracts/crews";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findCrew } from "./crew-repository.ts";

export async function getCrew(ctx: Ctx<"db">, crewId: string): Promise<Crew> {
  requirePermission(ctx, "crews:read");
  const crew = await findCrew(ctx.db, ctx.actor.workspaceId, crewId);
  if (!crew) throw notFound("crew");
  return crew;
}
