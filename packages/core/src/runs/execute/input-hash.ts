import { createHash } from "node:crypto";

/** Tells whether a re-execution asks what the journal's step was asked. */
export function inputHash(input: unknown): string {
  return createHash("sha256").update(JSON.stringify(input)).digest("base64url").slice(0, 22);
}
