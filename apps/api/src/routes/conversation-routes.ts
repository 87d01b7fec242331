import { conversationEndpoints } from "@crew/contracts/conversations";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { deleteConversation } from "@crew/core/conversations/delete-conversation";
import { exportConversation } from "@crew/core/conversations/export-conversation";
import { getConversation } from "@crew/core/conversations/get-conversation";
import { getImage } from "@crew/core/conversations/get-image";
import { listConversations } from "@crew/core/conversations/list-conversations";
import { listMessages } from "@crew/core/conversations/list-messages";
import { regenerateAnswer } from "@crew/core/conversations/regenerate-answer";
import { sendMessage } from "@crew/core/conversations/send-message";
import { setHead } from "@crew/core/conversations/set-head";
import { stopAnswer } from "@crew/core/conversations/stop-answer";
import { updateConversation } from "@crew/core/conversations/update-conversation";
import { matchesTag } from "../answer-read.ts";
import type { RegisterRoute, RouteInput, RouteOptions } from "../route.ts";

export function conversationRoutes(route: RegisterRoute): void {
  route(conversationEndpoints.list, (ctx, { query }) => listConversations(ctx, query));
  route(conversationEndpoints.get, (ctx, { params }) => getConversation(ctx, params.conversationId));
  route(conversationEndpoints.create, (ctx, { body }) => createConversation(ctx, body));
  route(conversationEndpoints.update, (ctx, { params, body }) => updateConversation(ctx, params.conversationId, body));
  route(conversationEndpoints.delete, (ctx, { params }) => deleteConversation(ctx, params.conversationId));
  route(conversationEndpoints.messages, (ctx, { params, query }) => listMessages(ctx, params.conversationId, query));
  route(conversationEndpoints.send, (ctx, { params, body }) => sendMessage(ctx, params.conversationId, body));
  route(conversationEndpoints.regenerate, (ctx, { params, body }) => regenerateAnswer(ctx, params.conversationId, params.messageId, body));
  route(conversationEndpoints.setHead, (ctx, { params, body }) => setHead(ctx, params.conversationId, body));
  route(conversationEndpoints.export, () => Promise.reject(new Error("the file answers instead")), { instead: sendFile });
  route(conversationEndpoints.image, () => Promise.reject(new Error("the picture answers instead")), { instead: sendImage });
  route(conversationEndpoints.stop, (ctx, { params }) => stopAnswer(ctx, params.conversationId));
}

const FILES = {
  markdown: { type: "text/markdown; charset=utf-8", name: "conversation.md" },
  json: { type: "application/json; charset=utf-8", name: "conversation.json" },
};

/** Always as a file: a browser shows none of it as a page. */
const sendFile: NonNullable<RouteOptions["instead"]> = async (ctx, input, reply) => {
  const { params, query } = input as unknown as RouteInput<typeof conversationEndpoints.export>;
  const text = await exportConversation(ctx, params.conversationId, query);
  const { type, name } = FILES[query.format];
  reply.headers({ "content-type": type, "content-disposition": `attachment; filename="${name}"`, "cache-control": "no-store" });
  await reply.send(text);
  return true;
};

/**
 * As what its first bytes say, which is all that a browser may take it for; the answer's policy lets it do nothing. A
 * picture never changes, but whether it may be seen is asked each time.
 */
const sendImage: NonNullable<RouteOptions["instead"]> = async (ctx, input, reply) => {
  const { params, http } = input as unknown as RouteInput<typeof conversationEndpoints.image>;
  const { type, content } = await getImage(ctx, params.conversationId, params.imageId);
  const etag = `"${params.imageId}"`;
  reply.headers({ "content-type": type, "cache-control": "private, no-cache", etag });
  await (matchesTag(http.headers["if-none-match"], etag) ? reply.code(304).send() : reply.send(content));
  return true;
};
