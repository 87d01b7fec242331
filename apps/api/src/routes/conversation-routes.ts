import { conversationEndpoints } from "@crew/contracts/conversations";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { deleteConversation } from "@crew/core/conversations/delete-conversation";
import { getConversation } from "@crew/core/conversations/get-conversation";
import { listConversations } from "@crew/core/conversations/list-conversations";
import { listMessages } from "@crew/core/conversations/list-messages";
import { sendMessage } from "@crew/core/conversations/send-message";
import { stopAnswer } from "@crew/core/conversations/stop-answer";
import { updateConversation } from "@crew/core/conversations/update-conversation";
import type { RegisterRoute } from "../route.ts";

export function conversationRoutes(route: RegisterRoute): void {
  route(conversationEndpoints.list, (ctx, { query }) => listConversations(ctx, query));
  route(conversationEndpoints.get, (ctx, { params }) => getConversation(ctx, params.conversationId));
  route(conversationEndpoints.create, (ctx, { body }) => createConversation(ctx, body));
  route(conversationEndpoints.update, (ctx, { params, body }) => updateConversation(ctx, params.conversationId, body));
  route(conversationEndpoints.delete, (ctx, { params }) => deleteConversation(ctx, params.conversationId));
  route(conversationEndpoints.messages, (ctx, { params, query }) => listMessages(ctx, params.conversationId, query));
  route(conversationEndpoints.send, (ctx, { params, body }) => sendMessage(ctx, params.conversationId, body));
  route(conversationEndpoints.stop, (ctx, { params }) => stopAnswer(ctx, params.conversationId));
}
