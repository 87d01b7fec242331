import type { signingKeysTable as keys } from "@crew/db/signing-keys-table";
import type { Statement, Statements } from "../system.ts";

export type SigningKeyRow = typeof keys.$inferSelect;

const LIST: Statement = {
  name: "list_signing_keys",
  text: `SELECT generation, key_id AS "keyId", public_jwk AS "publicJwk", private_jwk_sealed AS "privateJwkSealed", active_at AS "activeAt", created_at AS "createdAt"
  FROM signing_keys ORDER BY generation DESC`,
};

/** Newest first. */
export async function listSigningKeyRows(statements: Statements): Promise<SigningKeyRow[]> {
  const rows = await statements.run<SigningKeyRow>(LIST, []);
  const iso = (value: string) => new Date(value).toISOString();
  return rows.map((row) => ({ ...row, activeAt: iso(row.activeAt), createdAt: iso(row.createdAt) }));
}

/** The unique number decides among processes that make the next key at the same time. */
const INSERT: Statement = {
  name: "insert_signing_key",
  text: `INSERT INTO signing_keys (generation, key_id, public_jwk, private_jwk_sealed, active_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
};

export async function insertSigningKey(statements: Statements, row: SigningKeyRow): Promise<void> {
  await statements.run(INSERT, [
    row.generation,
    row.keyId,
    JSON.stringify(row.publicJwk),
    row.privateJwkSealed,
    row.activeAt,
    row.createdAt,
  ]);
}

const REMOVE: Statement = {
  name: "remove_replaced_signing_keys",
  text: "DELETE FROM signing_keys k WHERE EXISTS (SELECT FROM signing_keys n WHERE n.generation > k.generation AND n.active_at < $1)",
};

/** Those whose successor has been signing since before `instant`. */
export async function removeReplacedSigningKeys(statements: Statements, instant: Date): Promise<void> {
  await statements.run(REMOVE, [instant.toISOString()]);
}
