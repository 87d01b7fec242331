import type { TextAttachment } from "@crew/contracts/attachments";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { conversationChunksTable as chunks } from "@crew/db/conversation-chunks-table";
import { conversationFilesTable as files } from "@crew/db/conversation-files-table";
import { and, count, eq, sql } from "drizzle-orm";
import type { Db } from "../system.ts";
import { fileChunks } from "./file-chunks.ts";

interface Place {
  workspaceId: string;
  conversationId: string;
}

/** Rows of one INSERT: PostgreSQL takes 65,535 values. */
const CHUNKS_AT_ONCE = 1_000;

/** How many files a conversation has, and how long they are together. */
export async function measureFiles(db: Db, { workspaceId, conversationId }: Place): Promise<{ files: number; characters: number }> {
  const [row] = await db
    .select({ files: count(), characters: sql<number>`coalesce(sum(${files.characters}), 0)::int` })
    .from(files)
    .where(and(eq(files.workspaceId, workspaceId), eq(files.conversationId, conversationId)));
  return row ?? { files: 0, characters: 0 };
}

/** `first`: the position of the first. */
export async function insertFiles(
  db: Db,
  place: Place,
  { messageId, first }: { messageId: string; first: number },
  list: readonly TextAttachment[],
): Promise<void> {
  if (list.length === 0) return;
  const rows = list.map(({ name, text }, at) => ({ ...place, messageId, position: first + at, name, text, characters: text.length }));
  await db.insert(files).values(rows);
  const { workspaceId } = place;
  const passages = rows.flatMap(({ position, text }) =>
    fileChunks(text).map((chunk, at) => ({ workspaceId, messageId, position, place: at, ...chunk })),
  );
  for (let at = 0; at < passages.length; at += CHUNKS_AT_ONCE) await db.insert(chunks).values(passages.slice(at, at + CHUNKS_AT_ONCE));
}

/** Gives a message the files of another one, with their passages; their texts do not leave the database. */
export async function copyFiles(db: Db, place: Place, { from, to }: { from: string; to: string }): Promise<void> {
  const [workspace, conversation, source, message] = [place.workspaceId, place.conversationId, from, to].map(uuidFromTypeId);
  await db.execute(sql`INSERT INTO conversation_files (message_id, position, workspace_id, conversation_id, name, text, characters)
    SELECT ${message}, position, workspace_id, conversation_id, name, text, characters FROM conversation_files
    WHERE message_id = ${source} AND workspace_id = ${workspace} AND conversation_id = ${conversation}`);
  await db.execute(sql`INSERT INTO conversation_chunks (message_id, position, place, workspace_id, start_at, text)
    SELECT ${message}, c.position, c.place, c.workspace_id, c.start_at, c.text
    FROM conversation_chunks c JOIN conversation_files f ON f.message_id = c.message_id AND f.position = c.position
    WHERE c.message_id = ${source} AND c.workspace_id = ${workspace} AND f.conversation_id = ${conversation}`);
}
