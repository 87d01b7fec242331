import type { Ctx } from "../system.ts";

/** After the commit: lists that show the webhook may be read anew. */
export function announceWebhook(ctx: Ctx<"bus">, webhookId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "webhook", id: webhookId });
}
