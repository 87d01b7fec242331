import { createHash, randomBytes } from "node:crypto";

/** 32 random bytes for a link or a ticket; the database keeps the hash, so that its copy opens nothing. */
export function newOneTimeToken(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(32).toString("base64url");
  return { token, tokenHash: hashOneTimeToken(token) };
}

export function hashOneTimeToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
