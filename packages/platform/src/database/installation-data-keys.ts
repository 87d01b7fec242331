import type pg from "pg";
import type { InstallationKeys } from "../secrets/installation-keys.ts";

const MAX_SEALS = 2 ** 30;

export function installationDataKeys(pool: pg.Pool): InstallationKeys {
  const first = async (text: string, values: unknown[]) => {
    const { rows } = await pool.query<{ wrapped_key: string }>(text, values);
    return rows[0]?.wrapped_key;
  };
  return {
    take: () =>
      first(
        `UPDATE installation_data_keys SET seals = seals + 1 WHERE key_id = (
           SELECT key_id FROM installation_data_keys WHERE seals < $1 ORDER BY created_at DESC, key_id LIMIT 1
         ) RETURNING wrapped_key`,
        [MAX_SEALS],
      ),
    find: (keyId) => first("SELECT wrapped_key FROM installation_data_keys WHERE key_id = $1", [keyId]),
    async add({ id, wrapped }) {
      await pool.query("INSERT INTO installation_data_keys (key_id, wrapped_key, seals, created_at) VALUES ($1, $2, 1, now())", [
        id,
        wrapped,
      ]);
    },
  };
}
