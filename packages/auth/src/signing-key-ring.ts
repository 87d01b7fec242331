import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { TOKEN_ALGORITHM } from "@crew/contracts/token-claims";
import type { System } from "@crew/core/system";
import { listSigningKeys, type SigningKey } from "@crew/core/tokens/list-signing-keys";

/** A new key is published two minutes before it signs, so that all processes know it by then. */
const FRESH_MS = 30_000;
/** A token with an unknown key may be one of a key made just now, or somebody's guess, of which there may be many. */
const ASK_AGAIN_MS = 2_000;

export interface PublicSigningJwk {
  kty: string;
  crv: string;
  x: string;
  kid: string;
  use: "sig";
  alg: typeof TOKEN_ALGORITHM;
}

export interface SigningKeyRing {
  /** The key that signs now. */
  current(): Promise<{ keyId: string; privateKey: KeyObject; openPrivate: SigningKey["openPrivate"] }>;
  /** `undefined`: not one of ours. */
  find(keyId: string): Promise<KeyObject | undefined>;
  published(): Promise<PublicSigningJwk[]>;
}

interface Ring {
  keys: SigningKey[];
  publicKeys: Map<string, KeyObject>;
  readAt: number;
}

/** The installation's signing keys as one process knows them. */
export function signingKeyRing(system: Pick<System, "statements" | "secrets" | "now" | "log">): SigningKeyRing {
  let ring: Ring | undefined;
  let reading: Promise<Ring> | undefined;
  const privateKeys = new Map<string, KeyObject>();

  const age = () => (ring ? Date.now() - ring.readAt : Number.POSITIVE_INFINITY);
  function read(): Promise<Ring> {
    reading ??= readRing(system)
      .then((fresh) => {
        ring = fresh;
        return fresh;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  return {
    async current() {
      const { keys } = ring && age() < FRESH_MS ? ring : await read();
      const now = system.now();
      const key = keys.find(({ activeAt }) => activeAt <= now) ?? keys.at(-1);
      if (!key) throw new Error("there is no signing key");
      let privateKey = privateKeys.get(key.keyId);
      if (!privateKey) {
        privateKey = createPrivateKey({ key: { ...(await key.openPrivate()) }, format: "jwk" });
        privateKeys.clear();
        privateKeys.set(key.keyId, privateKey);
      }
      return { keyId: key.keyId, privateKey, openPrivate: key.openPrivate };
    },
    async find(keyId) {
      const known = ring?.publicKeys.get(keyId);
      if (known && age() >= FRESH_MS) read().catch((error: unknown) => system.log.warn({ err: error }, "signing keys could not be read"));
      if (known || age() < ASK_AGAIN_MS) return known;
      return (await read()).publicKeys.get(keyId);
    },
    async published() {
      const { keys } = ring && age() < FRESH_MS ? ring : await read();
      return keys.map(({ keyId, publicJwk: { kty, crv, x } }) => ({ kty, crv, x, kid: keyId, use: "sig", alg: TOKEN_ALGORITHM }));
    },
  };
}

async function readRing(system: Pick<System, "statements" | "secrets" | "now">): Promise<Ring> {
  const keys = await listSigningKeys(system);
  const publicKeys = new Map(
    keys.map(({ keyId, publicJwk }) => [keyId, createPublicKey({ key: { ...publicJwk }, format: "jwk" })] as const),
  );
  return { keys, publicKeys, readAt: Date.now() };
}
