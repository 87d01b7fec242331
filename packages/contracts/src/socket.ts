import { z } from "zod";
import { Message, SendMessage } from "./conversations.ts";
import { ErrorCode } from "./error-codes.ts";
import { ConversationId, RunId } from "./ids.ts";
import { RunEvent } from "./run-events.ts";
import { RunMessage, SayToRun } from "./run-messages.ts";

/** `run:{id}`, `conversation:{id}` or `workspace`. */
export const Topic = z.string().regex(/^(run:run_[0-9a-z]{26}|conversation:conversation_[0-9a-z]{26}|workspace)$/);

/** What a client may send. The first frame is `auth`, unless the upgrade carried a session cookie from an allowed Origin. */
export const ClientFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auth"), ticket: z.string().min(1).max(200) }),
  /** `after`: sequence number of the last event that the client has; every later one follows once, in order. */
  z.strictObject({ type: z.literal("subscribe"), topic: Topic, after: z.int().min(0).default(0) }),
  z.strictObject({ type: z.literal("unsubscribe"), topic: Topic }),
  z.strictObject({ type: z.literal("message.send"), conversationId: ConversationId, ...SendMessage.shape }),
  z.strictObject({ type: z.literal("message.stop"), conversationId: ConversationId }),
  z.strictObject({ type: z.literal("run.cancel"), runId: RunId }),
  z.strictObject({ type: z.literal("run.message"), runId: RunId, ...SayToRun.shape }),
  z.strictObject({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** Kinds of things that lists show. */
export const ChangedThing = z.enum([
  "run",
  "crew",
  "conversation",
  "approval",
  "schedule",
  "trigger",
  "dead_letter",
  "budget",
  "webhook",
  "halt",
]);
export type ChangedThing = z.infer<typeof ChangedThing>;

export const ServerFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("event"), topic: z.string(), event: RunEvent }),
  /**
   * Text of a model call in flight. `offset` counts UTF-16 code units from the start of the call. A client drops what
   * it has already shown; where `offset` lies beyond, it subscribes anew. What the model thinks has offsets of its own: its
   * `callId` is the call's with `/reasoning` behind it.
   */
  z.object({ type: z.literal("delta"), topic: z.string(), callId: z.string(), offset: z.int(), text: z.string() }),
  /** Everything stored when `subscribe` was read has been sent. */
  z.object({ type: z.literal("caught_up"), topic: z.string(), seq: z.int() }),
  /** The reader was too slow and frames were dropped: subscribe anew with the last sequence number. */
  z.object({ type: z.literal("resync"), topic: z.string() }),
  /** A message of a conversation was written or has changed. */
  z.object({ type: z.literal("message"), topic: z.string(), message: Message }),
  /** Answers `run.message`: what was understood. */
  z.object({ type: z.literal("run.message"), topic: z.string(), message: RunMessage }),
  /**
   * On `workspace`: something changed; the list that shows it may be read anew. On `conversation:{id}`: the conversation
   * itself, or which of its branches is shown; both may be read anew.
   */
  z.object({ type: z.literal("changed"), topic: z.string(), what: ChangedThing, id: z.string() }),
  /** `topic` when it was a subscription that failed; `clientMessageId` when it was a message. */
  z.object({
    type: z.literal("error"),
    code: ErrorCode,
    message: z.string(),
    requestId: z.string(),
    topic: z.string().optional(),
    clientMessageId: z.string().optional(),
  }),
  z.object({ type: z.literal("pong") }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;

export const CLOSE_CODES = { credentials: 4401, permission: 4403, slowReader: 4408, restarting: 1012 } as const;
