import type { AnswerSchema } from "@crew/contracts/answer-schema";
import type { Message } from "@crew/contracts/conversations";
import { typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import { messagesTable as messages } from "@crew/db/messages-table";
import { and, asc, count, desc, eq, isNull, lt, max, sql } from "drizzle-orm";
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
  parentId: messages.parentId,
  versionIds: sql<string[]>`(SELECT array_agg(v.id ORDER BY v.seq) FROM messages v
    WHERE v.conversation_id = messages.conversation_id AND v.parent_id IS NOT DISTINCT FROM messages.parent_id)`.mapWith((ids: string[]) =>
    ids.map((id) => typeIdFromUuid("message", id)),
  ),
  role: messages.role,
  content: messages.content,
  parts: messages.parts,
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

export async function findMessage(db: Db, place: Place, messageId: string): Promise<Message | undefined> {
  const [row] = await db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), eq(messages.id, messageId)));
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

/** How many follow the same message. */
export async function countVersions(db: Db, place: Place, parentId: string | null): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(messages)
    .where(and(isIn(place), parentId ? eq(messages.parentId, parentId) : isNull(messages.parentId)));
  return row?.n ?? 0;
}

/** The newest message that follows the given one, at whatever distance: nothing follows that. */
export async function findNewestBelow(db: Db, place: Place, messageId: string): Promise<string | undefined> {
  const { rows } = await db.execute<{ id: string }>(sql`WITH RECURSIVE below AS (
      SELECT id, seq FROM messages WHERE id = ${uuidFromTypeId(messageId)}
        AND workspace_id = ${uuidFromTypeId(place.workspaceId)} AND conversation_id = ${uuidFromTypeId(place.conversationId)}
      UNION ALL SELECT m.id, m.seq FROM below b JOIN messages m ON m.parent_id = b.id)
    SELECT id FROM below ORDER BY seq DESC LIMIT 1`);
  return rows[0] && typeIdFromUuid("message", rows[0].id);
}

/** Oldest first; `headId`: those of its branch alone. */
export async function listMessagesFromStart(db: Db, place: Place, limit: number, headId?: string): Promise<Message[]> {
  return db
    .select(shown)
    .from(messages)
    .where(and(isIn(place), headId ? sql`${messages.id} IN (SELECT id FROM branch_of(${uuidFromTypeId(headId)}))` : undefined))
    .orderBy(asc(messages.seq))
    .limit(limit);
}

export async function insertMessages(
  db: Db,
  workspaceId: string,
  list: readonly (Omit<Message, "versionIds"> & { answerSchema?: AnswerSchema | undefined })[],
): Promise<void> {
  await db.insert(messages).values(list.map((message) => ({ ...message, workspaceId })));
}

/** Of the branch that ends with `headId`, newest first. */
export async function listMessagePage(db: Db, place: Place, headId: string | null, page: PageQuery): Promise<Page<Message>> {
  const [before] = decodeCursor(page.cursor, z.tuple([z.int()]));
  if (headId === null) return { data: [], nextCursor: null };
  const rows = await db
    .select(shown)
    .from(messages)
    .where(
      and(
        isIn(place),
        sql`${messages.id} IN (SELECT id FROM branch_of(${uuidFromTypeId(headId)}))`,
        before === undefined ? undefined : lt(messages.seq, before),
      ),
    )
    .orderBy(desc(messages.seq))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ seq }) => [seq]);
}
