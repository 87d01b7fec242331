import type { Conversation } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceToReaders } from "./announce-conversation.ts";
import { findConversationForUpdate, updateConversationRow } from "./conversation-repository.ts";
import { findNewestBelow } from "./message-repository.ts";

/** Shows the branch through a message, to its newest end: what is said next follows that. An answer under way goes on. */
export async function setHead(
  ctx: Ctx<"db" | "now" | "newId" | "bus">,
  conversationId: string,
  { messageId }: { messageId: string },
): Promise<Conversation> {
  requirePermission(ctx, "conversations:write");
  const conversation = await inTransaction(ctx, async (ctx) => {
    if (!(await findConversationForUpdate(ctx.db, ctx.actor, conversationId))) throw notFound("conversation");
    const headId = await findNewestBelow(ctx.db, { workspaceId: ctx.actor.workspaceId, conversationId }, messageId);
    if (!headId) throw notFound("message");
    const conversation = await updateConversationRow(ctx.db, ctx.actor, conversationId, { headId });
    if (!conversation) throw notFound("conversation");
    await recordAudit(ctx, { action: "conversation.branch_shown", subject: conversationId, detail: { messageId, headId } });
    return conversation;
  });
  announceToReaders(ctx, conversationId);
  return conversation;
}
