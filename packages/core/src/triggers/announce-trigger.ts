import type { Ctx } from "../system.ts";

export function announceTrigger(ctx: Ctx<"bus">, triggerId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "trigger", id: triggerId });
}
