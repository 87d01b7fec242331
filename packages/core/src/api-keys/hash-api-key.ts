import { createHash, randomBytes } from "node:crypto";

/** `crew_` and 32 random bytes. */
const API_KEY = /^crew_[A-Za-z0-9_-]{43}$/;

/** How much of a key is kept in clear, so that people can tell theirs apart: `crew_` and six characters of 43. */
const PREFIX_LENGTH = 11;

/** A fresh key and what is kept of it: 196 of its 256 random bits stay unknown to whoever reads the row. */
export function newApiKey(): { key: string; keyHash: Buffer; prefix: string; lastFour: string } {
  const key = `crew_${randomBytes(32).toString("base64url")}`;
  const keyHash = hashApiKey(key);
  if (!keyHash) throw new Error("a fresh API key has a form of its own");
  return { key, keyHash, prefix: key.slice(0, PREFIX_LENGTH), lastFour: key.slice(-4) };
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
