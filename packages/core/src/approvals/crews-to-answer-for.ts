import { requireSecondFactor } from "../access/require-second-factor.ts";
import { listGrantedCrews } from "../crew-grants/crew-grant-repository.ts";
import type { Ctx } from "../system.ts";

/** The crews whose questions the actor may answer: all by role, or those that they were granted. */
export async function crewsToAnswerFor(ctx: Ctx<"statements">): Promise<"all" | string[]> {
  const { actor } = ctx;
  if (actor.permissions.includes("runs:approve")) {
    requireSecondFactor(actor);
    return "all";
  }
  // Keys and apps are bound to their scopes, which no grant widens.
  if (actor.kind !== "user") return [];
  const crews = await listGrantedCrews(ctx.statements, actor, "approve");
  if (crews.length > 0) requireSecondFactor(actor);
  return crews;
}
