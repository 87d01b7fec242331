import { createHash, randomBytes } from "node:crypto";

/** `crew_` and 32 random bytes. */
const API_KEY = /^crew_[A-Za-z0-9_-]{43}$/;

export function newApiKey(): string {
  return `crew_${randomBytes(32).toString("base64url")}`;
}

/**
 * SHA-256 of the key; `undefined` when the text cannot be one. A fast hash is right here: 256 random bits cannot be
 * guessed, and every request pays for it.
 */
export function hashApiKey(key: string): Buffer | undefined {
  return API_KEY.test(key) ? createHash("sha256").update(key).digest() : undefined;
}

export function cacheKeyOf(keyHash: Buffer): string {
  return `api-key:${keyHash.toString("base64url")}`;
}
