import { createHash, randomBytes } from "node:crypto";

/** 256 random bits: a fast hash is enough, since they cannot be guessed. */
export function newClientSecret(): { secret: string; secretHash: Buffer; secretLastFour: string } {
  const secret = `crewsecret_${randomBytes(32).toString("base64url")}`;
  return { secret, secretHash: hashClientSecret(secret), secretLastFour: secret.slice(-4) };
}

export function hashClientSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
