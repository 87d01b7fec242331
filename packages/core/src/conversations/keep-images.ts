import type { ImageAttachment } from "@crew/contracts/attachments";
import { imageTypeOf } from "@crew/contracts/images";
import type { MessagePart } from "@crew/contracts/message-parts";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { type ConversationImage, copyImages, insertImages, measureImages } from "./conversation-image-repository.ts";
import type { Kept } from "./keep-files.ts";

const MOST_IMAGES = 200;
const MOST_BYTES = 200 * 1024 * 1024;

/** The pictures themselves, as what their first bytes say; whatever the client called them. Throws `invalid` for anything else. */
export function readImages(ctx: Ctx<"newId">, attachments: readonly ImageAttachment[]): ConversationImage[] {
  return attachments.map(({ name, image: { base64 } }) => {
    const content = Buffer.from(base64, "base64");
    const type = imageTypeOf(content);
    // What is no base 64 is passed over by the decoder and so comes back as something else.
    if (type === null || content.toString("base64") !== base64)
      throw new AppError("invalid", `${JSON.stringify(name)} is no PNG, JPEG, WebP or GIF in base 64. Nothing was sent: send it without.`);
    return { id: ctx.newId("image"), name, type, content };
  });
}

export function imageParts(images: readonly ConversationImage[]): MessagePart[] {
  return images.map(({ id, name, type, content }) => ({ type: "image", id, name, mediaType: type, bytes: content.length }));
}

/** A picture of an earlier version: the same under an id of its own. */
export interface ImageAgain {
  from: string;
  part: Extract<MessagePart, { type: "image" }>;
}

export function keptAnew(ctx: Ctx<"newId">, kept: Kept | null): ImageAgain[] {
  return (kept?.images ?? []).map((part) => ({ from: part.id, part: { ...part, id: ctx.newId("image") } }));
}

/** Keeps pictures with their message. Throws `too_large` over what one conversation may hold. */
export async function keepImages(
  ctx: Ctx<"db">,
  place: { workspaceId: string; conversationId: string },
  messageId: string,
  { images, again }: { images: readonly ConversationImage[]; again: readonly ImageAgain[] },
): Promise<void> {
  if (images.length + again.length === 0) return;
  const has = await measureImages(ctx.db, place);
  const sizes = [...images.map(({ content }) => content.length), ...again.map(({ part }) => part.bytes)];
  const bytes = sizes.reduce((sum, size) => sum + size, has.bytes);
  if (has.images + sizes.length > MOST_IMAGES || bytes > MOST_BYTES)
    throw new AppError("too_large", "This conversation has as many pictures as one can hold. Begin another one for these.");
  await copyImages(
    ctx.db,
    place,
    messageId,
    again.map(({ from, part }) => ({ from, to: part.id })),
  );
  await insertImages(ctx.db, place, { messageId, first: again.length }, images);
}
