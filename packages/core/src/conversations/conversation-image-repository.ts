import { uuidFromTypeId } from "@crew/contracts/ids";
import type { ImageType } from "@crew/contracts/images";
import { conversationImagesTable as images } from "@crew/db/conversation-images-table";
import { and, count, eq, sql } from "drizzle-orm";
import type { Db } from "../system.ts";

/** Whoever calls has found the conversation and so knows that it may be read. */
interface Place {
  workspaceId: string;
  conversationId: string;
}

export interface ConversationImage {
  id: string;
  name: string;
  type: ImageType;
  content: Buffer;
}

const isIn = ({ workspaceId, conversationId }: Place) =>
  and(eq(images.workspaceId, workspaceId), eq(images.conversationId, conversationId));

/** How many pictures a conversation has, and how large they are together. */
export async function measureImages(db: Db, place: Place): Promise<{ images: number; bytes: number }> {
  const [row] = await db
    .select({ images: count(), bytes: sql<number>`coalesce(sum(${images.bytes}), 0)::int` })
    .from(images)
    .where(isIn(place));
  return row ?? { images: 0, bytes: 0 };
}

export async function findImage(db: Db, place: Place, imageId: string): Promise<{ type: ImageType; content: Buffer } | undefined> {
  const [row] = await db
    .select({ type: images.type, content: images.content })
    .from(images)
    .where(and(isIn(place), eq(images.id, imageId)));
  return row;
}

/** `first`: the position of the first. */
export async function insertImages(
  db: Db,
  { workspaceId, conversationId }: Place,
  { messageId, first }: { messageId: string; first: number },
  list: readonly ConversationImage[],
): Promise<void> {
  const rows = list.map((image, at) => ({
    ...image,
    workspaceId,
    conversationId,
    messageId,
    position: first + at,
    bytes: image.content.length,
  }));
  if (rows.length > 0) await db.insert(images).values(rows);
}

/** Gives a message pictures of the same conversation under ids of their own; they do not leave the database. */
export async function copyImages(db: Db, place: Place, messageId: string, list: readonly { from: string; to: string }[]): Promise<void> {
  if (list.length === 0) return;
  const [workspace, conversation, message] = [place.workspaceId, place.conversationId, messageId].map(uuidFromTypeId);
  const pairs = list.map(({ from, to }, position) => sql`(${uuidFromTypeId(from)}::uuid, ${uuidFromTypeId(to)}::uuid, ${position}::int)`);
  await db.execute(sql`INSERT INTO conversation_images (id, message_id, position, workspace_id, conversation_id, name, type, bytes, content)
    SELECT p.own, ${message}, p.position, i.workspace_id, i.conversation_id, i.name, i.type, i.bytes, i.content
    FROM (VALUES ${sql.join(pairs, sql`, `)}) AS p (source, own, position) JOIN conversation_images i ON i.id = p.source
    WHERE i.workspace_id = ${workspace} AND i.conversation_id = ${conversation}`);
}
