import { z } from "zod";
import { FallbackModels, ModelName } from "./agents.ts";
import { AnswerSchema } from "./answer-schema.ts";
import { Attachments } from "./attachments.ts";
import { endpoint } from "./endpoint.ts";
import { AgentId, ConversationId, CrewId, ImageId, MessageId, RunId } from "./ids.ts";
import { MessagePart } from "./message-parts.ts";
import { PageQuery, pageOf } from "./page.ts";
import { RunError } from "./runs.ts";

/** Who answers: a model, an agent with its role and tools, a crew that is told what to do, or the platform itself. */
export const ConversationTarget = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("model") }),
    z.strictObject({ kind: z.literal("agent"), agentId: AgentId }),
    z.strictObject({ kind: z.literal("crew"), crewId: CrewId }),
    z.strictObject({ kind: z.literal("platform") }),
  ])
  .meta({ id: "ConversationTarget" });
export type ConversationTarget = z.infer<typeof ConversationTarget>;

/** What the model is reminded of with every question. */
export const PinnedFacts = z.array(z.string().trim().min(1).max(500)).max(50);

export const Conversation = z
  .object({
    id: ConversationId,
    title: z.string().min(1).max(200),
    model: ModelName,
    /** Asked in this order when `model` gives up, after those that an agent has itself. */
    fallbackModels: FallbackModels,
    target: ConversationTarget,
    facts: PinnedFacts,
    isPinned: z.boolean(),
    isArchived: z.boolean(),
    /** Everybody in the workspace may read it. */
    isShared: z.boolean(),
    /** Leaves nothing: it is in no list and goes with its page, or after a day. */
    isTemporary: z.boolean(),
    /** The last message of the branch that is shown; null: nothing was said. */
    headId: MessageId.nullable(),
    /** Of whoever began it. */
    ownerName: z.string(),
    isMine: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Conversation" });
export type Conversation = z.infer<typeof Conversation>;

/** As a list shows it. */
export const ListedConversation = Conversation.extend({
  /** Where it was searched: the newest message that was found, around the words; null: its title alone was found. */
  excerpt: z.string().max(2000).nullable(),
}).meta({ id: "ListedConversation" });
export type ListedConversation = z.infer<typeof ListedConversation>;

export const ConversationListQuery = PageQuery.extend({
  /** `true`: those that were put away; else all others. */
  archived: z.enum(["true", "false"]).optional(),
  /** `true`: those that others in the workspace share; else one's own. */
  shared: z.enum(["true", "false"]).optional(),
  /** Words, or beginnings of words, that stand in the title or in one message. */
  search: z.string().trim().min(1).max(200).optional(),
});
export type ConversationListQuery = z.infer<typeof ConversationListQuery>;

export const CreateConversation = z.strictObject({
  title: Conversation.shape.title.default("New conversation"),
  /** Absent: the agent's or the crew's own, else `demo/extractive`. */
  model: ModelName.optional(),
  /** None twice, and not `model` itself. */
  fallbackModels: FallbackModels.optional(),
  /** Absent: the model alone. It stays the same for good. */
  target: ConversationTarget.optional(),
  /** It then has no title of its own. */
  isTemporary: z.boolean().optional(),
});
export type CreateConversation = z.infer<typeof CreateConversation>;

export const UpdateConversation = z
  .strictObject({
    title: Conversation.shape.title,
    /** One of the fallback models is none from then on. */
    model: ModelName,
    fallbackModels: FallbackModels,
    facts: PinnedFacts,
    isPinned: z.boolean(),
    isArchived: z.boolean(),
    isShared: z.boolean(),
  })
  .partial();
export type UpdateConversation = z.infer<typeof UpdateConversation>;

/** How many messages may follow the same one. */
export const MAX_VERSIONS = 200;

export const MessageState = z.enum(["pending", "complete", "stopped", "failed"]);

export const Message = z
  .object({
    id: MessageId,
    conversationId: ConversationId,
    /** Numbers the messages of a conversation from 1. */
    seq: z.int(),
    /** The message that it follows; null: it begins the conversation. */
    parentId: MessageId.nullable(),
    /** All that follow the same message, itself among them, oldest first: versions of the same turn. */
    versionIds: z.array(MessageId).max(MAX_VERSIONS),
    role: z.enum(["user", "assistant"]),
    content: z.string(),
    parts: z.array(MessagePart),
    state: MessageState,
    /** The run that writes an assistant's answer. */
    runId: RunId.nullable(),
    clientMessageId: z.string().nullable(),
    error: RunError.nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "Message" });
export type Message = z.infer<typeof Message>;

export const SendMessage = z
  .strictObject({
    /** Chosen by the client; the same one again sends nothing anew and answers with the first. */
    clientMessageId: z.string().min(1).max(100),
    content: z.string().trim().min(1).max(100_000),
    /** Texts, and pictures (PNG, JPEG, WebP, GIF) of which four go with a message; over the socket texts alone. */
    attachments: Attachments.default([]),
    /** The message that it follows; absent: the last of the branch that is shown. Null begins the conversation anew. */
    parentId: MessageId.nullable().optional(),
    /** The answer is then one JSON value that fits, and so is every other answer to the same message; it has a part `json`. */
    answerSchema: AnswerSchema.optional(),
    /** Another version of the message: its files and pictures go along with this one too, before the attachments. */
    keepFilesOf: MessageId.optional(),
  })
  .meta({ id: "SendMessage" });
export type SendMessage = z.infer<typeof SendMessage>;

export const RegenerateAnswer = z
  .strictObject({
    /** Chosen by the client; the same one again begins nothing anew and answers with the first. */
    clientMessageId: SendMessage.shape.clientMessageId,
  })
  .meta({ id: "RegenerateAnswer" });
export type RegenerateAnswer = z.infer<typeof RegenerateAnswer>;

export const ExportConversationQuery = z.strictObject({ format: z.enum(["markdown", "json"]).default("markdown") });
export type ExportConversationQuery = z.infer<typeof ExportConversationQuery>;

/** The person's message and the answer that is being written. */
export const SentMessage = z.object({ message: Message, answer: Message });
export type SentMessage = z.infer<typeof SentMessage>;

const conversationParams = z.strictObject({ conversationId: ConversationId });
const imageParams = conversationParams.extend({ imageId: ImageId });
/** Four pictures and the texts beside them. */
const sendLimitBytes = 20 * 1024 * 1024;
const messageParams = conversationParams.extend({ messageId: MessageId });

export const conversationEndpoints = {
  list: endpoint({
    method: "GET",
    path: "/v1/conversations",
    tag: "Ask",
    summary: "List or search one's own conversations, or those that others share; pinned ones first, then last used first",
    query: ConversationListQuery,
    response: pageOf(ListedConversation),
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
    summary: "Change title, models or facts; pin, archive or share it with the workspace",
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
    summary: "Delete a conversation; an answer under way is stopped. A temporary one takes the texts of its runs along",
    params: conversationParams,
    response: z.null(),
    status: 204,
    needs: "conversations:write",
  }),
  messages: endpoint({
    method: "GET",
    path: "/v1/conversations/:conversationId/messages",
    tag: "Ask",
    summary: "List messages of the branch that is shown, newest first",
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
    bodyLimitBytes: sendLimitBytes,
  }),
  regenerate: endpoint({
    method: "POST",
    path: "/v1/conversations/:conversationId/messages/:messageId/regenerate",
    tag: "Ask",
    summary: "Ask for another answer to the same message; both stay as versions",
    params: messageParams,
    body: RegenerateAnswer,
    response: SentMessage,
    status: 202,
    needs: "conversations:write",
  }),
  setHead: endpoint({
    method: "PUT",
    path: "/v1/conversations/:conversationId/head",
    tag: "Ask",
    summary: "Show the branch through a message, to its newest end",
    params: conversationParams,
    body: z.strictObject({ messageId: MessageId }),
    response: Conversation,
    status: 200,
    needs: "conversations:write",
  }),
  export: endpoint({
    method: "GET",
    path: "/v1/conversations/:conversationId/export",
    tag: "Ask",
    summary: "Export the branch that is shown as Markdown, or all branches as JSON",
    params: conversationParams,
    query: ExportConversationQuery,
    response: z.string(),
    status: 200,
    needs: "conversations:read",
  }),
  image: endpoint({
    method: "GET",
    path: "/v1/conversations/:conversationId/images/:imageId",
    tag: "Ask",
    summary: "Get a picture that was sent with a message, as the PNG, JPEG, WebP or GIF that it is",
    params: imageParams,
    response: z.string(),
    status: 200,
    needs: "conversations:read",
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
