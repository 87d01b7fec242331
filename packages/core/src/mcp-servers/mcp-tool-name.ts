import { createHash } from "node:crypto";

const MOST_CHARACTERS = 64;

/**
 * `<server>__<tool>`, in the letters that every model provider takes. A server's name has no two underscores in a row and
 * none at its end, so the first `__` is the seam and no two servers can share a name; no built-in tool has one. What
 * does not fit as it is carries a part of its hash.
 */
export function mcpToolName(serverName: string, originalName: string): string {
  const room = MOST_CHARACTERS - serverName.length - 2;
  if (/^[a-z0-9_]+$/.test(originalName) && originalName.length <= room) return `${serverName}__${originalName}`;
  const mark = createHash("sha256").update(originalName).digest("hex").slice(0, 8);
  const readable = originalName.toLowerCase().replace(/[^a-z0-9]+/g, "_");
  return `${serverName}__${readable.slice(0, room - 9)}_${mark}`;
}
