import type { Ctx } from "../system.ts";

/** After the commit: lists that show the crew may be read anew. */
export function announceCrew(ctx: Ctx<"bus">, crewId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "crew", id: crewId });
}
