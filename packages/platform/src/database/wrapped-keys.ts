import { typeIdFromUuid } from "@crew/contracts/ids";
import type pg from "pg";

/** A wrapped data key as the rotation sees it. */
export interface WrappedKey {
  table: WrappedKeyTable;
  keyId: string;
  /** What the master key has bound it to. */
  owner: string;
  wrapped: string;
}

/** Every table that holds data keys; a test compares it with the database's columns. */
export const WRAPPED_KEY_TABLES = ["data_keys", "installation_data_keys"] as const;
export type WrappedKeyTable = (typeof WRAPPED_KEY_TABLES)[number];

const OWNERS: Record<WrappedKeyTable, string> = { data_keys: "workspace_id", installation_data_keys: "NULL::uuid" };

/** In the order of their ids, after the one that was read last. */
export async function readWrappedKeys(
  pool: pg.Pool,
  table: WrappedKeyTable,
  page: { after: string; limit: number },
): Promise<WrappedKey[]> {
  const { rows } = await pool.query<{ key_id: string; owner: string | null; wrapped_key: string }>(
    `SELECT key_id, ${OWNERS[table]} AS owner, wrapped_key FROM ${table} WHERE key_id > $1 ORDER BY key_id LIMIT $2`,
    [page.after, page.limit],
  );
  return rows.map(({ key_id, owner, wrapped_key }) => ({
    table,
    keyId: key_id,
    owner: owner === null ? "installation" : typeIdFromUuid("workspace", owner),
    wrapped: wrapped_key,
  }));
}

/** All in one transaction; a key that somebody else has wrapped again meanwhile stays as it is. Returns how many changed. */
export async function replaceWrappedKeys(
  pool: pg.Pool,
  table: WrappedKeyTable,
  changes: { from: WrappedKey; to: string }[],
): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE ${table} k SET wrapped_key = c.new_key
     FROM unnest($1::text[], $2::text[], $3::text[]) AS c(key_id, old_key, new_key)
     WHERE k.key_id = c.key_id AND k.wrapped_key = c.old_key`,
    [changes.map(({ from }) => from.keyId), changes.map(({ from }) => from.wrapped), changes.map(({ to }) => to)],
  );
  return rowCount ?? 0;
}
