import { createHash } from "node:crypto";

/** One link of the chain as the verifier reads it; hashes in hexadecimal. */
export interface AuditLink {
  seq: number;
  eventId: string;
  prevHash: string;
  hash: string;
  /**
   * The event's columns as text: id, workspace, actor, action, subject, detail, outcome, request, address, user agent,
   * time. Null: there is no such event any more.
   */
  event: (string | null)[] | null;
}

/** Before the first event. */
export const NO_HASH = "0".repeat(64);

/** The same as the function `audit_hash` of the database, which somebody who can change rows could change as well. */
export function auditHash(seq: number, prevHash: string, event: readonly (string | null)[]): string {
  const hash = createHash("sha256").update("crew audit event v1;");
  // Each part with its length first, so that no two rows give the same text.
  for (const part of [String(seq), prevHash, ...event]) hash.update(part === null ? "-;" : `${Buffer.byteLength(part)}:${part};`);
  return hash.digest("hex");
}
