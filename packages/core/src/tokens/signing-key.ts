import { createHash, generateKeyPairSync } from "node:crypto";
import type { System } from "../system.ts";
import type { SigningKeyRow } from "./signing-key-repository.ts";

const placeOf = (keyId: string) => ({ table: "signing_keys", column: "private_jwk_sealed", rowId: keyId });

export interface Ed25519Jwk {
  kty: string;
  crv: string;
  x: string;
  d: string;
}

/** A fresh Ed25519 key, its private half sealed for its own row. */
export async function newSigningKey(
  system: Pick<System, "secrets" | "now">,
  { generation, activeAt }: { generation: number; activeAt: Date },
): Promise<SigningKeyRow> {
  const { kty, crv, x, d } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }) as unknown as Ed25519Jwk;
  // RFC 7638: the members in this order, without spaces.
  const keyId = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
  return {
    generation,
    keyId,
    publicJwk: { kty, crv, x },
    privateJwkSealed: await system.secrets.installation.seal(placeOf(keyId), JSON.stringify({ kty, crv, x, d })),
    activeAt: activeAt.toISOString(),
    createdAt: system.now().toISOString(),
  };
}

export async function openSigningKey(system: Pick<System, "secrets">, row: SigningKeyRow): Promise<Ed25519Jwk> {
  return JSON.parse(await system.secrets.installation.open(placeOf(row.keyId), row.privateJwkSealed)) as Ed25519Jwk;
}
