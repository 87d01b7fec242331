import type { Document } from "@crew/contracts/crews";
import { type EngineTool, ToolInputError } from "../tool.ts";

const MOST_CHARACTERS = 50_000;
const USUAL_CHARACTERS = 20_000;

/** The line that tells a reader where the rest is: `from` of the next part. */
export const NEXT_PART = /\[Characters \d+ to \d+ of \d+\. Read on with from=(\d+)\.\]$/;

export const readDocument: EngineTool = {
  name: "read_document",
  class: "read",
  // Given by a person, written by anybody: mails, pages and offers are what people upload.
  isOutside: true,
  readsPrivate: true,
  description: "Reads a text document that was given to this run, by name. Long documents come in parts: read on with `from`.",
  parameters: {
    type: "object",
    properties: {
      name: { type: "string", maxLength: 200, description: "name of the document" },
      from: { type: "integer", minimum: 0, description: "first character to read; 0 when left out" },
      length: {
        type: "integer",
        minimum: 1,
        maximum: MOST_CHARACTERS,
        description: `characters to read; ${USUAL_CHARACTERS} when left out`,
      },
    },
    required: ["name"],
    additionalProperties: false,
  },
  async run(args, context) {
    const document = findDocument(context.documents, String(args.name));
    context.markOutside(`document ${document.name}`);
    const from = typeof args.from === "number" ? args.from : 0;
    const length = typeof args.length === "number" ? args.length : USUAL_CHARACTERS;
    const { text } = document;
    if (text.trim() === "") return `"${document.name}" is empty.`;
    if (from >= text.length) throw new ToolInputError(`"${document.name}" has ${text.length} characters; from=${from} is beyond its end.`);
    const start = isInsidePair(text, from) ? from - 1 : from;
    const end = Math.min(text.length, isInsidePair(text, from + length) ? from + length + 1 : from + length);
    const part = text.slice(start, end);
    if (start === 0 && end === text.length) return part;
    const rest = end < text.length ? ` Read on with from=${end}.` : " This is the end.";
    return `${part}\n[Characters ${start} to ${end} of ${text.length}.${rest}]`;
  },
};

/** Exact name first, then case, folders, extension and punctuation are overlooked, as long as one document remains. */
export function findDocument(documents: readonly Document[], name: string): Document {
  const ways: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.trim().toLowerCase(),
    (text) => plain(text),
    (text) => plain(text.replace(/\.[a-z0-9]{1,5}$/i, "")),
  ];
  for (const way of ways) {
    const found = documents.filter((document) => way(document.name) === way(name));
    if (found[0] !== undefined && (found.length === 1 || way === ways[0])) return found[0];
  }
  if (documents.length === 0) throw new ToolInputError("No documents were given to this run.");
  const list = documents.map((document) => `${JSON.stringify(document.name)} (${document.text.length} characters)`).join(", ");
  throw new ToolInputError(`There is no document ${JSON.stringify(name.slice(0, 200))}. Documents: ${list}.`);
}

function plain(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? name;
  return base
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** A cut here would tear a character apart. */
function isInsidePair(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return at > 0 && at < text.length && code >= 0xdc00 && code <= 0xdfff;
}
