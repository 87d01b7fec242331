import type { CallToolResult } from "@modelcontextprotocol/client";

const MAX_BYTES = 1024 * 1024;
/** Invisible to people, readable to models. */
const TAG_CHARACTERS = /[\u{E0000}-\u{E007F}]/gu;

/** A result as text for a model. What is no text is left out, with a mark where it stood. */
export function textOfContent(result: CallToolResult): string {
  const parts = (result.content ?? []).map(textOfPart);
  const structured = parts.length === 0 && result.structuredContent !== undefined ? [JSON.stringify(result.structuredContent)] : parts;
  // PostgreSQL stores no NUL in a text.
  const text = structured.join("\n").replaceAll("\0", "\uFFFD").replace(TAG_CHARACTERS, "\uFFFD");
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BYTES) return text;
  // As a stream, so that half a character at the end is left out.
  return `${new TextDecoder().decode(bytes.subarray(0, MAX_BYTES), { stream: true })}\n[cut: the answer has more than 1 MiB]`;
}

function textOfPart(part: CallToolResult["content"][number]): string {
  if (part.type === "text") return part.text;
  if (part.type === "resource" && "text" in part.resource) return part.resource.text;
  if (part.type === "resource_link") return `[link: ${part.uri}]`;
  return `[${part.type} left out]`;
}
