import type { Conversation, UpdateConversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { updateConversationRow } from "./conversation-repository.ts";
import { requireKnownModel } from "./require-known-model.ts";

/** A new model answers from the next message on. */
export async function updateConversation(
  ctx: Ctx<"db" | "now" | "newId" | "models" | "bus">,
  conversationId: string,
  input: UpdateConversation,
): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const conversation = await inTransaction(ctx, async (ctx) => {
    if (input.model !== undefined) await requireKnownModel(ctx, input.model);
    const change = { ...input, updatedAt: ctx.now().toISOString() };
    const conversation = await updateConversationRow(ctx.db, ctx.actor, conversationId, change);
    if (!conversation) throw notFound("conversation");
    await recordAudit(ctx, { action: "conversation.updated", subject: conversationId, detail: { fields: Object.keys(input) } });
    return conversation;
  });
  announceConversation(ctx, conversationId);
  return conversation;
}
