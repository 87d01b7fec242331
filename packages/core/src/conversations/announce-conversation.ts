import type { Ctx } from "../system.ts";

/** After the commit: lists that show the conversation may be read anew. */
export function announceConversation(ctx: Ctx<"bus">, conversationId: string): void {
  ctx.bus.publish(`workspace:${ctx.actor.workspaceId}`, { type: "changed", what: "conversation", id: conversationId });
}

/** The same, also to whoever has it open: it shows another branch, say, or is shared no more. */
export function announceToReaders(ctx: Ctx<"bus">, conversationId: string): void {
  ctx.bus.publish(`conversation:${conversationId}`, { type: "changed", what: "conversation", id: conversationId });
  announceConversation(ctx, conversationId);
}
