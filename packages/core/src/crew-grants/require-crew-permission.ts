import type { CrewPermission } from "@crew/contracts/crew-grants";
import { requirePermission } from "../access/require-permission.ts";
import { requireSecondFactor } from "../access/require-second-factor.ts";
import type { Ctx } from "../system.ts";
import { findCrewGrant } from "./crew-grant-repository.ts";
import { GRANTED_PERMISSIONS } from "./granted-permissions.ts";

/**
 * Passes whoever may do this with all crews by their role, and a person to whom it was granted with this one. Keys and
 * apps are bound to their scopes, which no grant widens. `findCrew` is asked only when the role does not do. Throws
 * `forbidden`, also when there is no such crew: what one may not touch one does not learn of.
 */
export async function requireCrewPermission(
  ctx: Ctx<"statements">,
  permission: CrewPermission,
  findCrew: () => Promise<string | null | undefined> | string | null | undefined,
): Promise<void> {
  const needed = GRANTED_PERMISSIONS[permission];
  if (!ctx.actor.permissions.includes(needed) && ctx.actor.kind === "user") {
    const crewId = await findCrew();
    if (crewId && (await findCrewGrant(ctx.statements, ctx.actor, crewId)).includes(permission)) return requireSecondFactor(ctx.actor);
  }
  requirePermission(ctx, needed);
}
