import type { Conversation } from "@crew/contracts/conversations";
import { ConversationId, uuidFromTypeId } from "@crew/contracts/ids";
import type { Page, PageQuery } from "@crew/contracts/page";
import { conversationsTable as conversations } from "@crew/db/conversations-table";
import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { decodeCursor, pageFrom } from "../cursor.ts";
import type { Db } from "../system.ts";

/** Conversations are their owner's alone, also within the workspace. */
export interface Owner {
  workspaceId: string;
  userId: string;
}

const shown = {
  id: conversations.id,
  title: conversations.title,
  model: conversations.model,
  createdAt: conversations.createdAt,
  updatedAt: conversations.updatedAt,
};

const isOf = ({ workspaceId, userId }: Owner) => and(eq(conversations.workspaceId, workspaceId), eq(conversations.userId, userId));

export async function findConversation(db: Db, owner: Owner, conversationId: string): Promise<Conversation | undefined> {
  const [row] = await db
    .select(shown)
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
    .select({ ...shown, lastSeq: conversations.lastSeq })
    .from(conversations)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .for("no key update");
  return row;
}

/** Last used first. */
export async function listConversationPage(db: Db, owner: Owner, page: PageQuery): Promise<Page<Conversation>> {
  const [at, id] = decodeCursor(page.cursor, z.tuple([z.iso.datetime(), ConversationId]));
  const rows = await db
    .select(shown)
    .from(conversations)
    .where(
      and(
        isOf(owner),
        at === undefined || id === undefined
          ? undefined
          : sql`(${conversations.updatedAt}, ${conversations.id}) < (${at}::timestamptz, ${uuidFromTypeId(id)}::uuid)`,
      ),
    )
    .orderBy(desc(conversations.updatedAt), desc(conversations.id))
    .limit(page.limit + 1);
  return pageFrom(rows, page.limit, ({ updatedAt, id }) => [updatedAt, id]);
}

export async function insertConversation(db: Db, owner: Owner, conversation: Conversation): Promise<void> {
  const { workspaceId, userId } = owner;
  await db.insert(conversations).values({ ...conversation, workspaceId, userId, lastSeq: 0 });
}

export async function updateConversationRow(
  db: Db,
  owner: Owner,
  conversationId: string,
  change: Partial<Pick<Conversation, "title" | "model" | "updatedAt"> & { lastSeq: number }>,
): Promise<Conversation | undefined> {
  const [row] = await db
    .update(conversations)
    .set(change)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .returning(shown);
  return row;
}

export async function removeConversation(db: Db, owner: Owner, conversationId: string): Promise<boolean> {
  const removed = await db
    .delete(conversations)
    .where(and(isOf(owner), eq(conversations.id, conversationId)))
    .returning({ id: conversations.id });
  return removed.length === 1;
}
