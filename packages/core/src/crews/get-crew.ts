import type { Crew } from "@crew/contracts/crews";
import { requirePermission } from "../access/require-permission.ts";
import { requireSecondFactor } from "../access/require-second-factor.ts";
import { notFound } from "../app-error.ts";
import { findCrewGrant } from "../crew-grants/crew-grant-repository.ts";
import type { Ctx } from "../system.ts";
import { findCrew } from "./crew-repository.ts";

/** Also for whom any grant on it lets do something with it. */
export async function getCrew(ctx: Ctx<"db" | "statements">, crewId: string): Promise<Crew> {
  const { actor } = ctx;
  const isGranted =
    !actor.permissions.includes("crews:read") && actor.kind === "user" && (await findCrewGrant(ctx.statements, actor, crewId)).length > 0;
  if (isGranted) requireSecondFactor(actor);
  else requirePermission(ctx, "crews:read");
  const crew = await findCrew(ctx.db, ctx.actor.workspaceId, crewId);
  if (!crew) throw notFound("crew");
  return crew;
}
