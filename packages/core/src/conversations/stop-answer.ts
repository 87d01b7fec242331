import type { Conversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { requestCancel } from "../runs/cancel-run.ts";
import type { Ctx } from "../system.ts";
import { findConversation } from "./conversation-repository.ts";
import { findMessageAt, findPendingAnswer } from "./message-repository.ts";

/** Stops the answer under way; what was said stays. Without one it changes nothing. */
export async function stopAnswer(ctx: Ctx<"db" | "now" | "newId" | "bus">, conversationId: string): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const conversation = await findConversation(ctx.db, ctx.actor, conversationId);
  if (!conversation) throw notFound("conversation");
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  const pending = await findPendingAnswer(ctx.db, place);
  if (!pending?.runId) return conversation;
  await requestCancel(ctx, pending.runId);
  // A run that no worker held has ended at once; otherwise its worker tells the conversation.
  const answer = await findMessageAt(ctx.db, place, pending.seq);
  if (answer && answer.state !== "pending") ctx.bus.publish(`conversation:${conversationId}`, { type: "message", message: answer });
  return conversation;
}
