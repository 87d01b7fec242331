import type { KeyProvider } from "./key-provider.ts";
import { keyIdIn, openBytes, SecretError, sealBytes, sealingKey } from "./sealing-key.ts";

const FORM = "v1";
// JSON keeps the parts apart, so that no two owners give the same bytes.
const contextOf = (owner: string) => Buffer.from(JSON.stringify([FORM, "data-key", owner]));

/** Master keys of the operator: the first wraps, all of them may unwrap. */
export function keyRing(current: Buffer, older: readonly Buffer[] = []): KeyProvider {
  const wrapping = sealingKey(current);
  const ring = new Map([wrapping, ...older.map(sealingKey)].map((key) => [key.id, key]));
  const ids = [...ring.keys()].join(", ");
  return {
    wrap: async (dataKey, owner) => sealBytes(wrapping, FORM, contextOf(owner), dataKey),
    async unwrap(wrapped, owner) {
      const key = ring.get(keyIdIn(wrapped));
      if (!key)
        throw new SecretError(
          `the data key was wrapped with master key ${keyIdIn(wrapped)}, but CREW_MASTER_KEY and CREW_MASTER_KEYS_OLD hold ${ids}`,
        );
      return openBytes(key, "master key", (form) => (form === FORM ? contextOf(owner) : undefined), wrapped);
    },
    isCurrent: (wrapped) => keyIdIn(wrapped) === wrapping.id,
  };
}
