import type { Ctx } from "../system.ts";

export function announceBudget(ctx: Ctx<"bus">, budgetId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "budget", id: budgetId });
}
