import type { Conversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findReadableConversation } from "./conversation-repository.ts";

/** One's own, or one that somebody else in the workspace shares. */
export async function getConversation(ctx: Ctx<"db">, conversationId: string): Promise<Conversation> {
  requirePermission(ctx, "conversations:read");
  const conversation = await findReadableConversation(ctx.db, ctx.actor, conversationId);
  if (!conversation) throw notFound("conversation");
  return conversation;
}
