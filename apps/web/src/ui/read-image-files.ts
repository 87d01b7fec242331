import { type ImageType, imageTypeOf, MAX_IMAGE_BYTES } from "@crew/contracts/images";

export interface ImageFile {
  name: string;
  image: { type: ImageType; base64: string };
}

/** By what the browser takes it for; whether it is one, its bytes say. */
export function looksLikeImage({ name, type }: File): boolean {
  return type.startsWith("image/") || /\.(?:png|jpe?g|webp|gif)$/i.test(name);
}

/**
 * Reads pictures. One that cannot be taken becomes a sentence that says why; the others are kept. What is pasted is called
 * `image.png` by every browser, so names are told apart and not refused.
 */
export async function readImageFiles(
  files: readonly File[],
  { most, taken }: { most: number; taken: readonly { name: string }[] },
): Promise<{ images: ImageFile[]; problems: string[] }> {
  const images: ImageFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    if (images.length >= most) problems.push(`${file.name}: no more pictures fit into one message.`);
    else if (file.size > MAX_IMAGE_BYTES)
      problems.push(`${file.name} is too large: a picture may have ${MAX_IMAGE_BYTES / 1024 ** 2} MiB.`);
    else {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const type = imageTypeOf(bytes);
      if (type === null) problems.push(`${file.name} is no PNG, JPEG, WebP or GIF.`);
      else images.push({ name: nameApart(file.name, [...taken, ...images]), image: { type, base64: base64Of(bytes) } });
    }
  }
  return { images, problems };
}

export function dataUrlOf({ image: { type, base64 } }: ImageFile): string {
  return `data:${type};base64,${base64}`;
}

function nameApart(name: string, taken: readonly { name: string }[]): string {
  const { stem = name, ending = "" } = /^(?<stem>.*?)(?<ending>\.[^.]*)?$/s.exec(name.slice(-180))?.groups ?? {};
  let own = stem + ending;
  for (let n = 2; taken.some((other) => other.name === own); n++) own = `${stem} (${n})${ending}`;
  return own;
}

/** In pieces: a call takes only so many arguments. */
function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
}
