import type { Conversation, ConversationListQuery, ListedConversation } from "@crew/contracts/conversations";
import { ConversationId, typeIdFromUuid, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page } from "@crew/contracts/page";
import { conversationsTable as conversations } from "@crew/db/conversations-table";
import { and, desc, eq, isNotNull, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

/** Only their owner changes conversations; others in the workspace read those that are shared. */
export interface Owner {
  workspaceId: string;
  userId: string;
}

const shownTo = ({ userId }: Owner) => ({
  id: conversations.id,
  title: conversations.title,
  model: conversations.model,
  fallbackModels: conversations.fallbackModels,
  target: conversations.target,
  facts: conversations.facts,
  isPinned: sql<boolean>`${conversations.pinnedAt} IS NOT NULL`,
  isArchived: sql<boolean>`${conversations.archivedAt} IS NOT NULL`,
  isShared: conversations.isShared,
  isTemporary: conversations.isTemporary,
  headId: conversations.headId,
  ownerName: sql<string>`coalesce((SELECT name FROM users WHERE users.id = conversations.user_id), '')`,
  isMine: sql<boolean>`${eq(conversations.userId, userId)}`,
  createdAt: conversations.createdAt,
  updatedAt: conversations.updatedAt,
});

const isOf = ({ workspaceId, userId }: Owner) => and(eq(conversations.workspaceId, workspaceId), eq(conversations.userId, userId));

const isReadableBy = (owner: Owner) => and(eq(conversations.workspaceId, owner.workspaceId), or(isOf(owner), conversations.isShared));

/** One's own, or one that is shared. */
export async function findReadableConversation(db: Db, reader: Owner, conversationId: string): Promise<Conversation | undefined> {
  const [row] = await db
    .select(shownTo(reader))
    .from(conversations)
    .where(and(isReadableBy(reader), eq(conversations.id, conversationId)));
  return row;
}

export async function findConversation(db: Db, owner: Owner, conversationId: string): Promise<Conversation | undefined> {
  const [row] = await db
    .select(shownTo(owner))
    .from(conversations)
    .where(and(isOf(owner), eq(conversations.id, conversationId)));
  return row;
}

/** With the number of its last message. The lock puts those who write into it in a line. */
export async function findConversationForUpdate(
  db: Db,
  owner: Owner,
  conversationId: string,
): Promise<(Conversation & { lastSeq: number }) | undefined> {
  const [row] = await db
    .select({ ...shownTo(owner), lastSeq: conversations.lastSeq })
    .from(conversations)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .for("no key update");
  return row;
}

const isPinned = sql<boolean>`(${conversations.pinnedAt} IS NOT NULL)`;

/** One's own with pinned ones first, or those that others share; last used first. Temporary ones are in no list. */
export async function listConversationPage(db: Db, reader: Owner, query: ConversationListQuery): Promise<Page<ListedConversation>> {
  const others = query.shared === "true";
  // Whose pins they are: those of others are in the way here.
  const order = others ? [conversations.updatedAt, conversations.id] : [isPinned, conversations.updatedAt, conversations.id];
  const [pinned, at, id] = decodeCursor(query.cursor, z.tuple([z.int(), z.iso.datetime(), ConversationId]));
  const isAfter =
    at === undefined || id === undefined
      ? undefined
      : sql`(${sql.join(order, sql`, `)}) < (${others ? sql`` : sql`${pinned === 1}::boolean, `}${at}::timestamptz, ${uuidFromTypeId(id)}::uuid)`;
  const rows = await db
    .select(shownTo(reader))
    .from(conversations)
    .where(
      and(
        others
          ? and(eq(conversations.workspaceId, reader.workspaceId), conversations.isShared, ne(conversations.userId, reader.userId))
          : isOf(reader),
        sql`NOT ${conversations.isTemporary}`,
        query.archived === "true" ? isNotNull(conversations.archivedAt) : isNull(conversations.archivedAt),
        query.search === undefined ? undefined : holds(reader.workspaceId, query.search),
        isAfter,
      ),
    )
    .orderBy(...order.map((each) => desc(each)))
    .limit(query.limit + 1);
  const excerpts = query.search === undefined ? new Map<string, string>() : await findExcerpts(db, reader.workspaceId, rows, query.search);
  const listed = rows.map((row) => ({ ...row, excerpt: excerpts.get(row.id) ?? null }));
  return pageFrom(listed, query.limit, ({ isPinned, updatedAt, id }) => [Number(isPinned), updatedAt, id]);
}

const asked = (search: string) => sql`words_beginning_with(${search})`;

/** Both halves by their own index, whatever else is asked. */
function holds(workspaceId: string, search: string): SQL {
  const workspace = uuidFromTypeId(workspaceId);
  return sql`${conversations.id} IN (
    SELECT c.id FROM conversations c WHERE c.workspace_id = ${workspace} AND c.words @@ ${asked(search)}
    UNION ALL SELECT m.conversation_id FROM messages m WHERE m.workspace_id = ${workspace} AND m.words @@ ${asked(search)})`;
}

/** How much of a message is looked through for the words that an excerpt shows. */
const LOOKED_THROUGH = 20_000;

/** Of the newest message that holds the words, the part around them. */
async function findExcerpts(db: Db, workspaceId: string, found: readonly { id: string }[], search: string): Promise<Map<string, string>> {
  if (found.length === 0) return new Map();
  const ids = sql.join(
    found.map(({ id }) => sql`${uuidFromTypeId(id)}::uuid`),
    sql`, `,
  );
  const { rows } = await db.execute<{ conversation_id: string; excerpt: string }>(sql`
    SELECT conversation_id, left(ts_headline('simple', left(content, ${LOOKED_THROUGH}), ${asked(search)},
      'MaxFragments=1, MaxWords=16, MinWords=6, StartSel="", StopSel=""'), 300) AS excerpt
    FROM (SELECT DISTINCT ON (conversation_id) conversation_id, content FROM messages
      WHERE workspace_id = ${uuidFromTypeId(workspaceId)} AND conversation_id IN (${ids}) AND words @@ ${asked(search)}
      ORDER BY conversation_id, seq DESC) newest`);
  return new Map(rows.map((row) => [typeIdFromUuid("conversation", row.conversation_id), row.excerpt]));
}

export async function insertConversation(
  db: Db,
  owner: Owner,
  conversation: Pick<Conversation, "id" | "title" | "model" | "fallbackModels" | "target" | "isTemporary" | "createdAt" | "updatedAt">,
): Promise<Conversation> {
  const { workspaceId, userId } = owner;
  const [row] = await db
    .insert(conversations)
    .values({ ...conversation, workspaceId, userId, lastSeq: 0 })
    .returning(shownTo(owner));
  if (!row) throw new Error("an insert without a conflict returns its row");
  return row;
}

export async function updateConversationRow(
  db: Db,
  owner: Owner,
  conversationId: string,
  change: Partial<Omit<typeof conversations.$inferInsert, "id" | "workspaceId" | "userId" | "words">>,
): Promise<Conversation | undefined> {
  const [row] = await db
    .update(conversations)
    .set(change)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .returning(shownTo(owner));
  return row;
}

export async function removeConversation(db: Db, owner: Owner, conversationId: string): Promise<boolean> {
  const removed = await db
    .delete(conversations)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .returning({ id: conversations.id });
  return removed.length === 1;
}
