import type pg from "pg";
import {
  readWrappedKeys,
  replaceWrappedKeys,
  WRAPPED_KEY_TABLES,
  type WrappedKey,
  type WrappedKeyTable,
} from "../database/wrapped-keys.ts";
import type { KeyProvider } from "./key-provider.ts";
import { SecretError } from "./sealing-key.ts";

const BATCH = 100;

export interface Rotation {
  /** Data keys that there are. */
  total: number;
  /** Those that this call has wrapped again. */
  rewrapped: number;
}

/**
 * Wraps every data key with the current master key; the secrets themselves are not touched. Each batch is a transaction
 * of its own: processes that hold both keys read every key at every moment, and a rotation that died is begun again and
 * goes on with what is left. Rejects before the first change when a key does not open.
 */
export async function rotateMasterKey(
  pool: pg.Pool,
  keys: KeyProvider,
  onProgress: (rotation: Rotation) => void = () => {},
): Promise<Rotation> {
  const rotation = { total: await requireAllOpen(pool, keys), rewrapped: 0 };
  // A process that wraps with an older key may add one behind the walk: it is over when a whole walk finds none.
  for (let found = -1; found !== 0; ) {
    found = 0;
    for (const table of WRAPPED_KEY_TABLES)
      for await (const batch of batches(pool, table)) {
        const old = batch.filter(({ wrapped }) => !keys.isCurrent(wrapped));
        if (old.length === 0) continue;
        found += old.length;
        const changes = await Promise.all(old.map(async (from) => ({ from, to: await wrapAgain(keys, from) })));
        rotation.rewrapped += await replaceWrappedKeys(pool, table, changes);
        onProgress(rotation);
      }
  }
  return { ...rotation, total: await requireAllOpen(pool, keys) };
}

async function wrapAgain(keys: KeyProvider, { owner, wrapped }: WrappedKey): Promise<string> {
  return keys.wrap(await keys.unwrap(wrapped, owner), owner);
}

/** How many there are, when all of them open. */
async function requireAllOpen(pool: pg.Pool, keys: KeyProvider): Promise<number> {
  let total = 0;
  const closed: string[] = [];
  for (const table of WRAPPED_KEY_TABLES)
    for await (const batch of batches(pool, table))
      for (const { keyId, owner, wrapped } of batch) {
        total += 1;
        await keys.unwrap(wrapped, owner).catch((error: Error) => closed.push(`${keyId} of ${owner}: ${error.message}`));
      }
  if (closed.length > 0)
    throw new SecretError(
      `${closed.length} of ${total} data keys do not open, so nothing was changed. Set the master key that wrapped them in CREW_MASTER_KEYS_OLD. The first: ${closed[0]}`,
    );
  return total;
}

async function* batches(pool: pg.Pool, table: WrappedKeyTable): AsyncGenerator<WrappedKey[]> {
  for (let after = ""; ; ) {
    const batch = await readWrappedKeys(pool, table, { after, limit: BATCH });
    if (batch.length > 0) yield batch;
    const last = batch.at(-1);
    if (!last || batch.length < BATCH) return;
    after = last.keyId;
  }
}
