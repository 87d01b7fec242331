import type { SaidMessage } from "./chat-context.ts";
import { estimateTokens, IMAGE_TOKENS } from "./estimate-tokens.ts";
import type { ModelMessage } from "./model.ts";
import { leftOutPictures } from "./prompts.ts";

/** A picture that came with a message: what is said of it, never its bytes. */
export interface ChatImage {
  id: string;
  name: string;
  /** Such as `image/png`. */
  type: string;
  bytes: number;
}

/** Of one request: as many as one message can bring. The vendors take 20 MB or more, in base 64 and with everything else. */
const MOST_BYTES = 12 * 1024 * 1024;
/** What its place in a request takes beside it. */
const TOKENS_AROUND = 20;

/** All that came with these messages. */
export function imagesOf(said: readonly SaidMessage[]): ChatImage[] {
  return said.flatMap(({ images = [] }) => images);
}

/** The pictures that are shown, newest messages first, as far as there is room for them. */
export function fittingImages(said: readonly SaidMessage[], tokens: number): ReadonlySet<string> {
  const fitting = new Set<string>();
  let [tokensLeft, bytesLeft] = [tokens, MOST_BYTES];
  for (const { id, bytes } of imagesOf(said.toReversed())) {
    if (IMAGE_TOKENS + TOKENS_AROUND > tokensLeft || bytes > bytesLeft) continue;
    tokensLeft -= IMAGE_TOKENS + TOKENS_AROUND;
    bytesLeft -= bytes;
    fitting.add(id);
  }
  return fitting;
}

/** As the model is shown it: with the pictures that fit, and a mark for those that do not. */
export function withImages({ role, content, images = [] }: SaidMessage, fitting: ReadonlySet<string>): ModelMessage {
  const shown = images.filter(({ id }) => fitting.has(id)).map(({ id, type }) => ({ id, type }));
  const text = content + markOf(images, fitting);
  return role === "user" && shown.length > 0 ? { role, content: text, images: shown } : { role, content: text };
}

/** As it is put into fewer words: no picture goes that way. */
export function withoutImages({ images = [], ...said }: SaidMessage): SaidMessage {
  return { ...said, content: said.content + markOf(images, new Set()) };
}

/** What the pictures of a message and the mark for others take beside its text. */
export function costOfImages({ images = [] }: SaidMessage, fitting: ReadonlySet<string>): number {
  const shown = images.filter(({ id }) => fitting.has(id)).length;
  return shown * (IMAGE_TOKENS + TOKENS_AROUND) + estimateTokens(markOf(images, fitting));
}

function markOf(images: readonly ChatImage[], fitting: ReadonlySet<string>): string {
  const names = images.filter(({ id }) => !fitting.has(id)).map(({ name }) => name);
  return names.length > 0 ? `\n\n${leftOutPictures(names)}` : "";
}
