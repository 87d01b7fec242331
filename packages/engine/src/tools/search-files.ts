import type { EngineTool } from "../tool.ts";

/** Of a conversation's files; crews are given documents, which they read whole. */
export const searchFiles: EngineTool = {
  name: "search_files",
  class: "read",
  // Given by a person, written by anybody.
  isOutside: true,
  readsPrivate: true,
  description: "Finds passages in the files of this conversation by words. Read more of a file with read_document and `from`.",
  parameters: {
    type: "object",
    properties: { words: { type: "string", minLength: 1, maxLength: 500, description: "words that the passage has" } },
    required: ["words"],
    additionalProperties: false,
  },
  async run(args, context) {
    const found = await context.searchFiles(String(args.words));
    for (const { name } of found) context.markOutside(`document ${name}`);
    if (found.length === 0) {
      for (const { name } of context.documents) context.markOutside(`document ${name}`);
      return "No passage of the files has these words. Try other words, or read a file with read_document.";
    }
    return found
      .map(
        ({ name, from, text, characters }) =>
          `${JSON.stringify(name)}, characters ${from} to ${from + text.length} of ${characters}:\n${text}`,
      )
      .join("\n\n---\n\n");
  },
};
