import { MAX_ATTACHMENTS, type TextAttachment } from "@crew/contracts/attachments";
import { MAX_IMAGES } from "@crew/contracts/images";
import type { MessagePart } from "@crew/contracts/message-parts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { copyFiles, insertFiles, measureFiles } from "./conversation-file-repository.ts";
import { findMessage } from "./message-repository.ts";

const MOST_FILES = 200;
const MOST_CHARACTERS = 10_000_000;

type FilePart = Extract<MessagePart, { type: "file" }>;
type ImagePart = Extract<MessagePart, { type: "image" }>;

/** What came with an earlier version of a message, and goes along with its next one. */
export interface Kept {
  messageId: string;
  files: FilePart[];
  images: ImagePart[];
}

/** Names that tell the files of one message apart, whatever they were called. */
export function namedApart<T extends { name: string }>(files: readonly T[], kept: readonly { name: string }[] = []): T[] {
  const taken = new Set(kept.map(({ name }) => name));
  return files.map((file) => {
    const { name } = file;
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name.slice(0, 190)} (${n})`;
    taken.add(own);
    return { ...file, name: own };
  });
}

export function fileParts(files: readonly TextAttachment[]): FilePart[] {
  return files.map(({ name, text }) => ({ type: "file", name, characters: text.length }));
}

/** What an edited message takes along of its earlier version: a message that follows the same one. */
export async function findKept(
  ctx: Ctx<"db">,
  place: { workspaceId: string; conversationId: string },
  asked: { keepFilesOf: string | undefined; parentId: string | null; files: number; images: number },
): Promise<Kept | null> {
  if (asked.keepFilesOf === undefined) return null;
  const earlier = await findMessage(ctx.db, place, asked.keepFilesOf);
  if (earlier?.role !== "user" || earlier.parentId !== asked.parentId)
    throw new AppError(
      "invalid",
      "keepFilesOf names no earlier version of this message: one that follows the same parentId. Nothing was sent; name one, or leave it out.",
    );
  const files = earlier.parts.filter((part) => part.type === "file");
  const images = earlier.parts.filter((part) => part.type === "image");
  if (files.length + images.length + asked.files + asked.images > MAX_ATTACHMENTS)
    throw new AppError("invalid", `A message has at most ${MAX_ATTACHMENTS} files, kept ones included. Nothing was sent; attach fewer.`);
  if (images.length + asked.images > MAX_IMAGES)
    throw new AppError("invalid", `A message has at most ${MAX_IMAGES} pictures, kept ones included. Nothing was sent; attach fewer.`);
  return files.length + images.length === 0 ? null : { messageId: earlier.id, files, images };
}

/** Keeps what came with a message for all later turns. Throws `too_large` over what one conversation may hold. */
export async function keepFiles(
  ctx: Ctx<"db">,
  place: { workspaceId: string; conversationId: string },
  messageId: string,
  { files, kept }: { files: readonly TextAttachment[]; kept: Kept | null },
): Promise<void> {
  const parts = [...(kept?.files ?? []), ...fileParts(files)];
  if (parts.length === 0) return;
  const has = await measureFiles(ctx.db, place);
  const characters = parts.reduce((sum, part) => sum + part.characters, has.characters);
  if (has.files + parts.length > MOST_FILES || characters > MOST_CHARACTERS)
    throw new AppError("too_large", "This conversation has as many files as one can hold. Begin another one for these.");
  if (kept && kept.files.length > 0) await copyFiles(ctx.db, place, { from: kept.messageId, to: messageId });
  await insertFiles(ctx.db, place, { messageId, first: kept?.files.length ?? 0 }, files);
}
