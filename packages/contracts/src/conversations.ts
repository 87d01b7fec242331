import { z } from "zod";
import { ModelName } from "./agents.ts";
import { endpoint } from "./endpoint.ts";
import { ConversationId, MessageId, RunId } from "./ids.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunError } from "./runs.ts";

export const Conversation = z
  .object({
    id: ConversationId,
    title: z.string().min(1).max(200),
    model: ModelName,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Conversation" });
export type Conversation = z.infer<typeof Conversation>;

export const CreateConversation = z.strictObject({
  title: Conversation.shape.title.default("New conversation"),
  model: ModelName.default("demo/extractive"),
});
export type CreateConversation = z.infer<typeof CreateConversation>;

export const UpdateConversation = z.strictObject({ title: Conversation.shape.title, model: ModelName }).partial();
export type UpdateConversation = z.infer<typeof UpdateConversation>;

export const MessageState = z.enum(["pending", "complete", "stopped", "failed"]);

export const Message = z
  .object({
    id: MessageId,
    conversationId: ConversationId,
    /** Numbers the messages of a conversation from 1. */
    seq: z.int(),
    role: z.enum(["user", "assistant"]),
    content: z.string(),
    state: MessageState,
    /** The run that writes an assistant's answer. */
    runId: RunId.nullable(),
    clientMessageId: z.string().nullable(),
    error: RunError.nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

export const Attachment = z.strictObject({ name: z.string().trim().min(1).max(200), text: z.string().max(200_000) });

export const SendMessage = z
  .strictObject({
    /** Chosen by the client; the same one again sends nothing anew and answers with the first. */
    clientMessageId: z.string().min(1).max(100),
    content: z.string().trim().min(1).max(100_000),
    attachments: z.array(Attachment).max(8).default([]),
  })
  .meta({ id: "SendMessage" });
export type SendMessage = z.infer<typeof SendMessage>;

/** The person's message and the answer that is being written. */
export const SentMessage = z.object({ message: Message, answer: Message });
export type SentMessage = z.infer<typeof SentMessage>;

const conversationParams = z.strictObject({ conversationId: ConversationId });

export const conversationEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/conversations",
    tag: "Ask",
    summary: "List conversations, last used first",
    query: PageQuery,
    response: pageOf(Conversation),
    status: 200,
    needs: "conversations:read",
  }),
  get: endpoint({
    method: "GET",
    path: "/v1/conversations/:conversationId",
    tag: "Ask",
    summary: "Get a conversation",
    params: conversationParams,
    response: Conversation,
    status: 200,
    needs: "conversations:read",
  }),
  create: endpoint({
    method: "POST",
    path: "/v1/conversations",
    tag: "Ask",
    summary: "Start a conversation",
    body: CreateConversation,
    response: Conversation,
    status: 201,
    needs: "conversations:write",
    idempotent: true,
  }),
  update: endpoint({
    method: "PATCH",
    path: "/v1/conversations/:conversationId",
    tag: "Ask",
    summary: "Change title or model",
    params: conversationParams,
    body: UpdateConversation,
    response: Conversation,
    status: 200,
    needs: "conversations:write",
  }),
  delete: endpoint({
    method: "DELETE",
    path: "/v1/conversations/:conversationId",
    tag: "Ask",
    summary: "Delete a conversation; an answer under way is stopped",
    params: conversationParams,
    response: z.null(),
    status: 204,
    needs: "conversations:write",
  }),
  messages: endpoint({
    method: "GET",
    path: "/v1/conversations/:conversationId/messages",
    tag: "Ask",
    summary: "List messages, newest first",
    params: conversationParams,
    query: PageQuery,
    response: pageOf(Message),
    status: 200,
    needs: "conversations:read",
  }),
  send: endpoint({
    method: "POST",
    path: "/v1/conversations/:conversationId/messages",
    tag: "Ask",
    summary: "Send a message; a worker writes the answer as a durable run",
    params: conversationParams,
    body: SendMessage,
    response: SentMessage,
    status: 202,
    needs: "conversations:write",
  }),
  stop: endpoint({
    method: "POST",
    path: "/v1/conversations/:conversationId/stop",
    tag: "Ask",
    summary: "Stop the answer under way and keep what was said",
    params: conversationParams,
    body: z.strictObject({}).default({}),
    response: Conversation,
    status: 202,
    needs: "conversations:write",
  }),
} as const;
