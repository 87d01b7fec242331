import type { Conversation, Message, SendMessage, SentMessage } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { CHAT_PRIORITY } from "../runs/chat-priority.ts";
import { insertQueuedRun } from "../runs/insert-queued-run.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { findConversationForUpdate, updateConversationRow } from "./conversation-repository.ts";
import { findMessageAt, findMessageByClientId, findPendingAnswer, insertMessages } from "./message-repository.ts";
import { titleFrom } from "./title-from.ts";

/**
 * Writes the message, its pending answer and the run that will write it, together or not at all. The same
 * `clientMessageId` again changes nothing and answers with the first. Throws `conflict` while an answer is being written.
 */
export async function sendMessage(
  ctx: Ctx<"db" | "now" | "newId" | "bus">,
  conversationId: string,
  input: SendMessage,
): Promise<SentMessage> {
  requirePermission(ctx, "conversations:write");
  const { sent, isNew } = await inTransaction(ctx, async (ctx) => {
    const conversation = await findConversationForUpdate(ctx.db, ctx.actor, conversationId);
    if (!conversation) throw notFound("conversation");
    const earlier = await findSent(ctx, conversationId, input.clientMessageId);
    if (earlier) return { sent: earlier, isNew: false };
    if (await findPendingAnswer(ctx.db, { workspaceId: ctx.actor.workspaceId, conversationId }))
      throw new AppError("conflict", "The last answer is still being written. Wait for its end, or stop it.");
    const sent = await writeTurn(ctx, conversation, input);
    const { runId } = sent.answer;
    await recordAudit(ctx, { action: "conversation.message_sent", subject: conversationId, detail: { messageId: sent.message.id, runId } });
    return { sent, isNew: true };
  });
  if (!isNew) return sent;
  for (const message of [sent.message, sent.answer]) ctx.bus.publish(`conversation:${conversationId}`, { type: "message", message });
  announceConversation(ctx, conversationId);
  return sent;
}

async function findSent(ctx: Ctx<"db">, conversationId: string, clientMessageId: string): Promise<SentMessage | undefined> {
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  const message = await findMessageByClientId(ctx.db, place, clientMessageId);
  if (!message) return undefined;
  const answer = await findMessageAt(ctx.db, place, message.seq + 1);
  if (!answer) throw new Error(`message ${message.id} has no answer`);
  return { message, answer };
}

async function writeTurn(
  ctx: Ctx<"db" | "now" | "newId">,
  conversation: Conversation & { lastSeq: number },
  { clientMessageId, content, attachments }: SendMessage,
): Promise<SentMessage> {
  const { id: conversationId, lastSeq, model } = conversation;
  const title = lastSeq === 0 ? titleFrom(conversation.title, content) : conversation.title;
  // The model is pinned here: changing the conversation's later does not change an answer under way.
  const run = await insertQueuedRun(ctx, {
    kind: "chat",
    crew: null,
    conversationId,
    title,
    inputs: { model },
    documents: attachments,
    tasksTotal: 0,
    priority: CHAT_PRIORITY,
  });
  const createdAt = ctx.now().toISOString();
  const common = { conversationId, error: null, createdAt };
  const message: Message = {
    ...common,
    id: ctx.newId("message"),
    seq: lastSeq + 1,
    role: "user",
    content,
    state: "complete",
    runId: null,
    clientMessageId,
  };
  const answer: Message = {
    ...common,
    id: ctx.newId("message"),
    seq: lastSeq + 2,
    role: "assistant",
    content: "",
    state: "pending",
    runId: run.id,
    clientMessageId: null,
  };
  await insertMessages(ctx.db, ctx.actor.workspaceId, [message, answer]);
  await updateConversationRow(ctx.db, ctx.actor, conversationId, { title, lastSeq: lastSeq + 2, updatedAt: createdAt });
  return { message, answer };
}
