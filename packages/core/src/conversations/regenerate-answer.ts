import type { Conversation, Message, RegenerateAnswer, SentMessage } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { beginAnswer, partnerOf, requireRoomForTurn } from "./begin-answer.ts";
import { findConversationForUpdate, updateConversationRow } from "./conversation-repository.ts";
import type { TalkPartner } from "./find-talk-partner.ts";
import { findMessage, findMessageByClientId, insertMessages } from "./message-repository.ts";

/**
 * Another answer to the same message, by the model that the conversation has now; both stay, and the new one is shown.
 * `messageId` is the answer or the message that it answers. The same `clientMessageId` again changes nothing and answers
 * with the first. Throws `conflict` while an answer is being written.
 */
export async function regenerateAnswer(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "bus">,
  conversationId: string,
  messageId: string,
  { clientMessageId }: RegenerateAnswer,
): Promise<SentMessage> {
  requirePermission(ctx, "conversations:write");
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  const partner = await partnerOf(ctx, conversationId);
  const { sent, isNew } = await inTransaction(ctx, async (ctx) => {
    const conversation = await findConversationForUpdate(ctx.db, ctx.actor, conversationId);
    if (!conversation) throw notFound("conversation");
    const earlier = await findMessageByClientId(ctx.db, place, clientMessageId);
    if (earlier?.role === "user") throw new AppError("conflict", "This clientMessageId has sent a message before. Choose a new one.");
    const message = await findQuestion(ctx, conversationId, earlier?.id ?? messageId);
    if (earlier) return { sent: { message, answer: earlier }, isNew: false };
    const answer = await writeAnswer(ctx, conversation, { question: message, clientMessageId, partner });
    const detail = { messageId: message.id, runId: answer.runId };
    await recordAudit(ctx, { action: "conversation.answer_regenerated", subject: conversationId, detail });
    return { sent: { message, answer }, isNew: true };
  });
  if (!isNew) return sent;
  ctx.bus.publish(`conversation:${conversationId}`, { type: "message", message: sent.answer });
  announceConversation(ctx, conversationId);
  return sent;
}

async function findQuestion(ctx: Ctx<"db">, conversationId: string, messageId: string): Promise<Message> {
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  const chosen = await findMessage(ctx.db, place, messageId);
  const question = chosen?.role === "assistant" && chosen.parentId ? await findMessage(ctx.db, place, chosen.parentId) : chosen;
  if (!question) throw notFound("message");
  return question;
}

async function writeAnswer(
  ctx: Ctx<"db" | "now" | "newId">,
  conversation: Conversation & { lastSeq: number },
  { question, clientMessageId, partner }: { question: Message; clientMessageId: string; partner: TalkPartner | null },
): Promise<Message> {
  const { id: conversationId, title } = conversation;
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  await requireRoomForTurn(ctx, conversationId, question.id);
  const createdAt = ctx.now().toISOString();
  const asked = { seq: conversation.lastSeq + 1, parentId: question.id, clientMessageId, title, createdAt };
  const answer = await beginAnswer(ctx, conversation, asked, partner);
  await insertMessages(ctx.db, ctx.actor.workspaceId, [answer]);
  await updateConversationRow(ctx.db, ctx.actor, conversationId, { lastSeq: answer.seq, headId: answer.id, updatedAt: createdAt });
  const written = await findMessage(ctx.db, place, answer.id);
  if (!written) throw new Error("what was just written is there");
  return written;
}
