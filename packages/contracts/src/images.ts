/** Apart from the schemas, so that a page need not load a validator to know them. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"] as const;
export type ImageType = (typeof IMAGE_TYPES)[number];

export const MAX_IMAGES = 4;
/** Of one picture in base 64, as the vendors count it. */
export const MAX_IMAGE_CHARACTERS = 4 * 1024 * 1024;
/** The picture itself. */
export const MAX_IMAGE_BYTES = (MAX_IMAGE_CHARACTERS / 4) * 3;

/** What a picture is by its first bytes, whatever it is called or said to be; `null`: none that can be shown. */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const begin = String.fromCharCode(...bytes.subarray(0, 12));
  if (begin.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (begin.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (begin.startsWith("GIF87a") || begin.startsWith("GIF89a")) return "image/gif";
  if (begin.startsWith("RIFF") && begin.endsWith("WEBP")) return "image/webp";
  return null;
}
