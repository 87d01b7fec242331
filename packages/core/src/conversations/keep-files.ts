import type { Attachment } from "@crew/contracts/conversations";
import type { MessagePart } from "@crew/contracts/message-parts";
import type { z } from "zod";
import { AppError } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { insertFiles, measureFiles } from "./conversation-file-repository.ts";

type File = z.infer<typeof Attachment>;

const MOST_FILES = 200;
const MOST_CHARACTERS = 10_000_000;

/** Names that tell the files of one message apart, whatever they were called. */
export function namedApart(files: readonly File[]): File[] {
  const taken = new Set<string>();
  return files.map(({ name, text }) => {
    let own = name;
    for (let n = 2; taken.has(own); n++) own = `${name.slice(0, 190)} (${n})`;
    taken.add(own);
    return { name: own, text };
  });
}

export function fileParts(files: readonly File[]): MessagePart[] {
  return files.map(({ name, text }) => ({ type: "file", name, characters: text.length }));
}

/** Keeps what came with a message for all later turns. Throws `too_large` over what one conversation may hold. */
export async function keepFiles(
  ctx: Ctx<"db">,
  place: { workspaceId: string; conversationId: string },
  messageId: string,
  files: readonly File[],
): Promise<void> {
  if (files.length === 0) return;
  const has = await measureFiles(ctx.db, place);
  const characters = files.reduce((sum, { text }) => sum + text.length, has.characters);
  if (has.files + files.length > MOST_FILES || characters > MOST_CHARACTERS)
    throw new AppError("too_large", "This conversation has as many files as one can hold. Begin another one for these.");
  await insertFiles(ctx.db, place, messageId, files);
}
