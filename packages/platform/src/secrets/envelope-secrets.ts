import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { SecretPlace, Secrets } from "@crew/core/system";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class SecretError extends Error {
  override name = "SecretError";
}

/**
 * AES-256-GCM in two layers: the master key wraps one data key per workspace, which seals the values. Both have the
 * form `v1.<key id>.<nonce>.<ciphertext>.<tag>` (base64url) and are bound to the place where they belong.
 */
export function envelopeSecrets(masterKey: Buffer): Secrets {
  if (masterKey.length !== KEY_BYTES) throw new SecretError(`the master key must have ${KEY_BYTES} bytes, not ${masterKey.length}`);

  const unwrap = (wrapped: string, workspaceId: string) => decrypt(masterKey, "master key", keyContext(workspaceId), wrapped);

  return {
    newDataKey: (workspaceId) => encrypt(masterKey, keyContext(workspaceId), randomBytes(KEY_BYTES)),
    seal(wrappedDataKey, at, plaintext) {
      return encrypt(unwrap(wrappedDataKey, at.workspaceId), placeContext(at), Buffer.from(plaintext, "utf8"));
    },
    open(wrappedDataKey, at, sealed) {
      return decrypt(unwrap(wrappedDataKey, at.workspaceId), "data key", placeContext(at), sealed).toString("utf8");
    },
  };
}

/** Names a key without telling anything about it; a backup says with it which master key it needs. */
export function keyIdOf(key: Buffer): string {
  return createHash("sha256").update("crew key id\0").update(key).digest().subarray(0, 8).toString("base64url");
}

// JSON keeps the parts apart, so that no two places give the same bytes.
const keyContext = (workspaceId: string) => Buffer.from(JSON.stringify(["v1", "data-key", workspaceId]));
const placeContext = (at: SecretPlace) => Buffer.from(JSON.stringify(["v1", at.table, at.column, at.rowId, at.workspaceId]));

function encrypt(key: Buffer, context: Buffer, plaintext: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(context);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return ["v1", keyIdOf(key), ...[nonce, ciphertext, cipher.getAuthTag()].map((part) => part.toString("base64url"))].join(".");
}

function decrypt(key: Buffer, keyName: string, context: Buffer, sealed: string): Buffer {
  const parts = sealed.split(".");
  if (parts.length !== 5 || parts[0] !== "v1") throw new SecretError("the sealed value has an unknown form");
  const keyId = keyIdOf(key);
  if (parts[1] !== keyId) throw new SecretError(`the value was sealed with ${keyName} ${parts[1]}, but this one is ${keyId}`);
  const [nonce, ciphertext, tag] = parts.slice(2).map(decodeCanonical);
  if (nonce?.length !== NONCE_BYTES || tag?.length !== TAG_BYTES || !ciphertext)
    throw new SecretError("the sealed value has an unknown form");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(context).setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    throw new SecretError(`the sealed value was changed or does not belong here (${keyName} ${keyId})`);
  }
}

/** Buffer's decoder ignores what it does not know; one value must have one spelling. */
function decodeCanonical(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new SecretError("the sealed value has an unknown form");
  return bytes;
}
