import type { System } from "../system.ts";
import { newSigningKey, openSigningKey } from "./signing-key.ts";
import { insertSigningKey, listSigningKeyRows, type SigningKeyRow } from "./signing-key-repository.ts";

export interface SigningKey {
  keyId: string;
  publicJwk: SigningKeyRow["publicJwk"];
  activeAt: Date;
  /** The whole JWK; it never leaves the process. */
  openPrivate(): ReturnType<typeof openSigningKey>;
}

/** All keys that tokens may be checked against, newest first. Makes the first one; of many processes that try, one does. */
export async function listSigningKeys(system: Pick<System, "statements" | "secrets" | "now">): Promise<SigningKey[]> {
  let rows = await listSigningKeyRows(system.statements);
  if (rows.length === 0) {
    await insertSigningKey(system.statements, await newSigningKey(system, { generation: 1, activeAt: system.now() }));
    rows = await listSigningKeyRows(system.statements);
  }
  return rows.map((row) => ({
    keyId: row.keyId,
    publicJwk: row.publicJwk,
    activeAt: new Date(row.activeAt),
    openPrivate: () => openSigningKey(system, row),
  }));
}
