import type { Attachment } from "@crew/contracts/conversations";
import { conversationChunksTable as chunks } from "@crew/db/conversation-chunks-table";
import { conversationFilesTable as files } from "@crew/db/conversation-files-table";
import { and, count, eq, sql } from "drizzle-orm";
import type { z } from "zod";
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

export async function insertFiles(db: Db, place: Place, messageId: string, list: readonly z.infer<typeof Attachment>[]): Promise<void> {
  if (list.length === 0) return;
  const rows = list.map(({ name, text }, position) => ({ ...place, messageId, position, name, text, characters: text.length }));
  await db.insert(files).values(rows);
  const { workspaceId } = place;
  const passages = rows.flatMap(({ position, text }) =>
    fileChunks(text).map((chunk, at) => ({ workspaceId, messageId, position, place: at, ...chunk })),
  );
  for (let at = 0; at < passages.length; at += CHUNKS_AT_ONCE) await db.insert(chunks).values(passages.slice(at, at + CHUNKS_AT_ONCE));
}
