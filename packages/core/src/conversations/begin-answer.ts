import { type Conversation, MAX_VERSIONS, type Message } from "@crew/contracts/conversations";
import { AppError, notFound } from "../app-error.ts";
import { CHAT_PRIORITY } from "../runs/chat-priority.ts";
import { insertQueuedRun } from "../runs/insert-queued-run.ts";
import type { Ctx } from "../system.ts";
import { findConversation } from "./conversation-repository.ts";
import { findTalkPartner, type TalkPartner } from "./find-talk-partner.ts";
import { countVersions, findPendingAnswer } from "./message-repository.ts";

/** Throws `conflict` while an answer is being written, and where a turn has as many versions as it may. */
export async function requireRoomForTurn(ctx: Ctx<"db">, conversationId: string, parentId: string | null): Promise<void> {
  const place = { workspaceId: ctx.actor.workspaceId, conversationId };
  if (await findPendingAnswer(ctx.db, place))
    throw new AppError("conflict", "The last answer is still being written. Wait for its end, or stop it.");
  if ((await countVersions(ctx.db, place, parentId)) >= MAX_VERSIONS)
    throw new AppError("conflict", `This turn has ${MAX_VERSIONS} versions already. Go on from one of them.`);
}

/** Before the transaction, which must not wait for a second connection; whom one talks to never changes. */
export async function partnerOf(ctx: Ctx<"db" | "statements">, conversationId: string): Promise<TalkPartner | null> {
  const conversation = await findConversation(ctx.db, ctx.actor, conversationId);
  if (!conversation) throw notFound("conversation");
  return findTalkPartner(ctx, conversation.target);
}

export interface BegunAnswer {
  seq: number;
  /** The message that is answered. */
  parentId: string;
  clientMessageId: string | null;
  title: string;
  createdAt: string;
}

/** The run that will write an answer, and the answer as it is until then; the caller stores it in the same transaction. */
export async function beginAnswer(
  ctx: Ctx<"db" | "now" | "newId">,
  { id: conversationId, model, fallbackModels, isTemporary }: Conversation,
  { title, ...begun }: BegunAnswer,
  partner: TalkPartner | null,
): Promise<Omit<Message, "versionIds">> {
  // Pinned here: changing the conversation's models or the agent later does not change an answer under way.
  const run = await insertQueuedRun(ctx, {
    kind: "chat",
    crew: partner?.crew ?? null,
    conversationId,
    isTemporary,
    title,
    inputs: { model, ...(fallbackModels.length > 0 && { fallbackModels }), ...(partner && { target: partner.pinned }) },
    // They stay with the conversation, where this turn and every later one finds them.
    documents: [],
    tasksTotal: 0,
    priority: CHAT_PRIORITY,
  });
  return {
    ...begun,
    id: ctx.newId("message"),
    conversationId,
    role: "assistant",
    content: "",
    parts: [],
    state: "pending",
    runId: run.id,
    error: null,
  };
}
