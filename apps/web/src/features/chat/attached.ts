import type { Message } from "@crew/contracts/conversations";
import { dataUrlOf, type ImageFile } from "../../ui/read-image-files.ts";
import type { TextFile } from "../../ui/read-text-files.ts";

/** What goes with a message. */
export type Attached = TextFile | ImageFile;

export interface ShownPicture {
  name: string;
  src: string;
}

export function isPicture(file: Attached): file is ImageFile {
  return "image" in file;
}

/** As they are shown before the server has them. */
export function picturesOf(files: readonly Attached[]): ShownPicture[] {
  return files.filter(isPicture).map((file) => ({ name: file.name, src: dataUrlOf(file) }));
}

export function sentPicturesOf({ conversationId, parts }: Message): ShownPicture[] {
  return parts.flatMap((part) =>
    part.type === "image" ? [{ name: part.name, src: `/v1/conversations/${conversationId}/images/${part.id}` }] : [],
  );
}
