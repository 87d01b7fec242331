import type { Message } from "@crew/contracts/conversations";
import type { Page, PageQuery } from "@crew/contracts/page";
import { messagesTable as messages } from "@crew/db/messages-table";
import { and, desc, eq, lt, max } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

/** Whoever calls has found the conversation and so knows that it is the caller's own. */
interface Place {
  workspaceId: string;
  conversationId: string;
}

const shown = {
  id: messages.id,
  conversationId: messages.conversationId,
  seq: messages.seq,
  role: messages.role,
  content: messages.content,
  state: messages.state,
  runId: messages.runId,
  clientMessageId: messages.clientMessageId,
  error: messages.error,
  createdAt: messages.createdAt,
};

const isIn = ({ workspaceId, conversationId }: Place) =>
  and(eq(messages.workspaceId, workspaceId), eq(messages.conversationId, conversationId));

export async function findMessageByClientId(db: Db, place: Place, clientMessageId: string): Promise<Message | undefined> {
  const [row] = await db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), eq(messages.clientMessageId, clientMessageId)));
  return row;
}

export async function findMessageAt(db: Db, place: Place, seq: number): Promise<Message | undefined> {
  const [row] = await db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), eq(messages.seq, seq)));
  return row;
}

/** The answer that is being written: a conversation has one at a time, and it is the last message. */
export async function findPendingAnswer(db: Db, place: Place): Promise<Message | undefined> {
  const last = db
    .select({ seq: max(messages.seq) })
    .from(messages)
    .where(isIn(place));
  const [row] = await db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), eq(messages.seq, last), eq(messages.state, "pending")));
  return row;
}

export async function insertMessages(db: Db, workspaceId: string, list: readonly Message[]): Promise<void> {
  await db.insert(messages).values(list.map((message) => ({ ...message, workspaceId })));
}

/** Newest first. */
export async function listMessagePage(db: Db, place: Place, page: PageQuery): Promise<Page<Message>> {
  const [before] = decodeCursor(page.cursor, z.tuple([z.int()]));
  const rows = await db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), before === undefined ? undefined : lt(messages.seq, before)))
    .orderBy(desc(messages.seq))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ seq }) => [seq]);
}
