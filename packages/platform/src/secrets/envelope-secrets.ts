import { randomBytes } from "node:crypto";
import type { SecretPlace, Secrets } from "@crew/core/system";
import type { InstallationKeys } from "./installation-keys.ts";
import type { KeyProvider } from "./key-provider.ts";
import { redactSecrets, rememberSecret } from "./redact-secrets.ts";
import { KEY_BYTES, keyIdIn, keyIdOf, openBytes, type SealingKey, SecretError, sealBytes, sealingKey } from "./sealing-key.ts";

const INSTALLATION = "installation";
const FORM = "v2";
/** How many unwrapped data keys a process keeps, and how long: a key provider elsewhere is not asked for each secret. */
const CACHE = { most: 1_000, lifetimeMs: 5 * 60_000 };

/**
 * AES-256-GCM in two layers: the key provider wraps data keys, which seal the values. Values have the form
 * `v2.<data key id>.<nonce>.<ciphertext>.<tag>` (base64url) and are bound to the place where they belong.
 */
export function envelopeSecrets(keys: KeyProvider, kept: InstallationKeys): Secrets {
  const unwrap = unwrapping(keys);

  async function newDataKey(owner: string) {
    const key = randomBytes(KEY_BYTES);
    return { id: keyIdOf(key), wrapped: await keys.wrap(key, owner) };
  }
  async function seal(wrappedKey: string, at: SecretPlace, plaintext: string) {
    rememberSecret(plaintext);
    return sealBytes(await unwrap(wrappedKey, at.workspaceId), FORM, placeContext(at), Buffer.from(plaintext, "utf8"));
  }
  async function open(wrappedKey: string, at: SecretPlace, sealed: string) {
    const key = await unwrap(wrappedKey, at.workspaceId);
    const plaintext = openBytes(key, "data key", (form) => contextOf(at, form), sealed).toString("utf8");
    rememberSecret(plaintext);
    return plaintext;
  }
  async function takeInstallationKey(): Promise<string> {
    const taken = await kept.take();
    if (taken !== undefined) return taken;
    // Two at once make two: each value names the one that sealed it.
    const fresh = await newDataKey(INSTALLATION);
    await kept.add(fresh);
    return fresh.wrapped;
  }

  return {
    newDataKey,
    seal,
    open,
    installation: {
      seal: async (at, plaintext) => seal(await takeInstallationKey(), { ...at, workspaceId: INSTALLATION }, plaintext),
      async open(at, sealed) {
        const wrappedKey = await kept.find(keyIdIn(sealed));
        if (wrappedKey === undefined) throw new SecretError("the data key that the sealed value names is gone");
        return open(wrappedKey, { ...at, workspaceId: INSTALLATION }, sealed);
      },
    },
    redact: redactSecrets,
  };
}

// JSON keeps the parts apart, so that no two places give the same bytes.
function placeContext({ table, column, rowId, workspaceId, version = 1 }: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([FORM, table, column, rowId, workspaceId, version]));
}

/** Values of the first form know no versions. */
function contextOf(at: SecretPlace, form: string): Buffer | undefined {
  if (form === FORM) return placeContext(at);
  if (form !== "v1" || (at.version ?? 1) !== 1) return undefined;
  return Buffer.from(JSON.stringify([form, at.table, at.column, at.rowId, at.workspaceId]));
}

/** Keyed by owner and wrapped key together: a key that was moved to another owner must not come out of the cache. */
function unwrapping(keys: KeyProvider): (wrapped: string, owner: string) => Promise<SealingKey> {
  const cached = new Map<string, { key: Promise<SealingKey>; until: number }>();
  return (wrapped, owner) => {
    const name = `${owner} ${wrapped}`;
    const now = performance.now();
    const hit = cached.get(name);
    if (hit && hit.until > now) return hit.key;
    const key = keys.unwrap(wrapped, owner).then(sealingKey);
    key.catch(() => cached.delete(name));
    cached.delete(name);
    cached.set(name, { key, until: now + CACHE.lifetimeMs });
    const [oldest] = cached.keys();
    if (cached.size > CACHE.most && oldest !== undefined) cached.delete(oldest);
    return key;
  };
}
