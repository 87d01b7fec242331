import { z } from "zod";
import { IMAGE_TYPES, MAX_IMAGE_CHARACTERS, MAX_IMAGES } from "./images.ts";

const attachmentName = z.string().trim().min(1).max(200);

export const TextAttachment = z.strictObject({ name: attachmentName, text: z.string().max(200_000) });
export type TextAttachment = z.infer<typeof TextAttachment>;

export const ImageAttachment = z.strictObject({
  name: attachmentName,
  image: z.strictObject({
    /** What counts are its first bytes. */
    type: z.enum(IMAGE_TYPES),
    /** The picture itself has three quarters of that. */
    base64: z.string().min(1).max(MAX_IMAGE_CHARACTERS, "A picture may have 3 MiB at most"),
  }),
});
export type ImageAttachment = z.infer<typeof ImageAttachment>;

export const Attachment = z.union([TextAttachment, ImageAttachment], {
  error: "must be a text, { name, text }, or a PNG, JPEG, WebP or GIF, { name, image: { type, base64 } }",
});
export type Attachment = z.infer<typeof Attachment>;

export function isImage(attachment: Attachment): attachment is ImageAttachment {
  return "image" in attachment;
}

/** How many files and pictures one message may have. */
export const MAX_ATTACHMENTS = 8;

/** Texts, and pictures (PNG, JPEG, WebP, GIF) of which four go with a message. */
export const Attachments = z
  .array(Attachment)
  .max(MAX_ATTACHMENTS)
  .refine((list) => list.filter(isImage).length <= MAX_IMAGES, `A message takes ${MAX_IMAGES} pictures at most`);
