import { isImage, type TextAttachment } from "@crew/contracts/attachments";
import type { Conversation, SendMessage, SentMessage } from "@crew/contracts/conversations";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { announceConversation } from "./announce-conversation.ts";
import { beginAnswer, partnerOf, requireRoomForTurn } from "./begin-answer.ts";
import type { ConversationImage } from "./conversation-image-repository.ts";
import { findConversationForUpdate, updateConversationRow } from "./conversation-repository.ts";
import { refuseOpenReading, type TalkPartner } from "./find-talk-partner.ts";
import { fileParts, findKept, keepFiles, namedApart } from "./keep-files.ts";
import { imageParts, keepImages, keptAnew, readImages } from "./keep-images.ts";
import { findMessage, findMessageAt, findMessageByClientId, insertMessages } from "./message-repository.ts";
import { titleFrom } from "./title-from.ts";

/**
 * Writes the message, its pending answer and the run that will write it, together or not at all. The same
 * `clientMessageId` again changes nothing and answers with the first. Throws `conflict` while an answer is being written.
 */
export async function sendMessage(
  ctx: Ctx<"db" | "statements" | "now" | "newId" | "bus">,
  conversationId: string,
  input: SendMessage,
): Promise<SentMessage> {
  requirePermission(ctx, "conversations:write");
  const partner = await partnerOf(ctx, conversationId);
  if (partner && input.attachments.length > 0) refuseOpenReading(partner);
  const attached = readAttachments(ctx, input);
  const { sent, isNew } = await inTransaction(ctx, async (ctx) => {
    const conversation = await findConversationForUpdate(ctx.db, ctx.actor, conversationId);
    if (!conversation) throw notFound("conversation");
    const earlier = await findSent(ctx, conversationId, input.clientMessageId);
    if (earlier) return { sent: earlier, isNew: false };
    const sent = await writeTurn(ctx, conversation, { ...input, ...attached }, partner);
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
  if (message.role !== "user")
    throw new AppError("conflict", "This clientMessageId has asked for another answer before. Choose a new one.");
  const answer = await findMessageAt(ctx.db, place, message.seq + 1);
  if (!answer) throw new Error(`message ${message.id} has no answer`);
  return { message, answer };
}

/** Before the transaction, which need not wait for megabytes to be decoded. */
function readAttachments(ctx: Ctx<"newId">, { attachments }: SendMessage): Attached {
  const named = namedApart(attachments);
  const files = named.filter((one): one is TextAttachment => !isImage(one));
  return { files, images: readImages(ctx, named.filter(isImage)) };
}

interface Attached {
  files: TextAttachment[];
  images: ConversationImage[];
}

async function writeTurn(
  ctx: Ctx<"db" | "now" | "newId">,
  conversation: Conversation & { lastSeq: number },
  { clientMessageId, content, files: attached, images, keepFilesOf, parentId = conversation.headId, answerSchema }: SendMessage & Attached,
  partner: TalkPartner | null,
): Promise<SentMessage> {
  const { id: conversationId, lastSeq } = conversation;
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  await requireRoomForTurn(ctx, conversationId, parentId);
  if (parentId && (await findMessage(ctx.db, place, parentId))?.role !== "assistant")
    throw new AppError(
      "invalid",
      "The message follows one that is not an answer of this conversation. Send it to the end, or after an answer.",
    );
  const kept = await findKept(ctx, place, { keepFilesOf, parentId, files: attached.length, images: images.length });
  if (partner && kept) refuseOpenReading(partner);
  const title = lastSeq === 0 ? titleFrom(conversation.title, content) : conversation.title;
  const createdAt = ctx.now().toISOString();
  const files = namedApart(attached, kept?.files);
  const again = keptAnew(ctx, kept);
  const message = {
    id: ctx.newId("message"),
    conversationId,
    seq: lastSeq + 1,
    parentId,
    role: "user" as const,
    content,
    parts: [...(kept?.files ?? []), ...fileParts(files), ...again.map(({ part }) => part), ...imageParts(images)],
    state: "complete" as const,
    runId: null,
    clientMessageId,
    error: null,
    createdAt,
  };
  const asked = { seq: lastSeq + 2, parentId: message.id, clientMessageId: null, title, createdAt };
  const answer = await beginAnswer(ctx, conversation, asked, partner);
  await insertMessages(ctx.db, ctx.actor.workspaceId, [{ ...message, answerSchema }, answer]);
  await keepFiles(ctx, place, message.id, { files, kept });
  await keepImages(ctx, place, message.id, { images, again });
  await updateConversationRow(ctx.db, ctx.actor, conversationId, { title, lastSeq: answer.seq, headId: answer.id, updatedAt: createdAt });
  // As it was stored: who edits a message sees its versions.
  const sent = await findMessage(ctx.db, place, message.id);
  if (!sent) throw new Error("what was just written is there");
  return { message: sent, answer: { ...answer, versionIds: [answer.id] } };
}
