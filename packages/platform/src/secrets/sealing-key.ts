import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SecretError extends Error {
  override name = "SecretError";
}

/** A key of AES-256-GCM with the name that stands in everything it seals. */
export interface SealingKey {
  id: string;
  key: KeyObject;
}

export function sealingKey(bytes: Buffer): SealingKey {
  if (bytes.length !== KEY_BYTES) throw new SecretError(`a key must have ${KEY_BYTES} bytes, not ${bytes.length}`);
  return { id: keyIdOf(bytes), key: createSecretKey(bytes) };
}

/** Names a key without telling anything about it; a backup says with it which master key it needs. */
export function keyIdOf(key: Buffer): string {
  return createHash("sha256").update("crew key id\0").update(key).digest().subarray(0, 8).toString("base64url");
}

/** The id of the key that a sealed value names, whether or not it is one. */
export function keyIdIn(sealed: string): string {
  return sealed.split(".", 2)[1] ?? "";
}

/** `<form>.<key id>.<nonce>.<ciphertext>.<tag>` (base64url); `context` is bound to it. */
export function sealBytes({ id, key }: SealingKey, form: string, context: Buffer, plaintext: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(context);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const parts = [nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"));
  return `${form}.${id}.${parts.join(".")}`;
}

/** `keyName` is what messages call the key. `contextOf` gives what must have been bound, by the value's form. */
export function openBytes(
  { id, key }: SealingKey,
  keyName: string,
  contextOf: (form: string) => Buffer | undefined,
  sealed: string,
): Buffer {
  const parts = sealed.split(".");
  const context = contextOf(parts[0] ?? "");
  if (parts.length !== 5 || !context) throw new SecretError("the sealed value has an unknown form");
  if (parts[1] !== id) throw new SecretError(`the value was sealed with ${keyName} ${parts[1]}, but this one is ${id}`);
  const [nonce, ciphertext, tag] = parts.slice(2).map(decodeCanonical);
  if (nonce?.length !== NONCE_BYTES || tag?.length !== TAG_BYTES || !ciphertext)
    throw new SecretError("the sealed value has an unknown form");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(context).setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new SecretError(`the sealed value was changed or does not belong here (${keyName} ${id})`);
  }
}

/** Buffer's decoder ignores what it does not know; one value must have one spelling. */
function decodeCanonical(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new SecretError("the sealed value has an unknown form");
  return bytes;
}
