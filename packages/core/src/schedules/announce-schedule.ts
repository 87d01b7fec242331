import type { Ctx } from "../system.ts";

export function announceSchedule(ctx: Ctx<"bus">, scheduleId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "schedule", id: scheduleId });
}
