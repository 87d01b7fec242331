import { typeIdFromUuid } from "@crew/contracts/ids";
import pg from "pg";
import { installationDataKeys } from "../database/installation-data-keys.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { readWrappedKeys, WRAPPED_KEY_TABLES } from "../database/wrapped-keys.ts";
import { envelopeSecrets } from "../secrets/envelope-secrets.ts";
import { keyRing } from "../secrets/key-ring.ts";
import { keyIdOf, SecretError } from "../secrets/sealing-key.ts";
import { BackupProblem } from "./backup-problem.ts";

const BATCH = 500;

/** Throws when a master key is missing of those that the archive needs: a restore without it would be of no use. */
export function requireMasterKeys(wanted: readonly string[], [current, ...older]: readonly Buffer[]): void {
  const known = [current, ...older].flatMap((key) => (key ? [keyIdOf(key)] : []));
  const missing = wanted.filter((id) => !known.includes(id));
  if (missing.length === 0) return;
  throw new BackupProblem(
    `Wrong master key: the secrets of this archive were wrapped with ${missing.join(", ")}, and those at hand are ${known.join(", ") || "none"}. Set it as CREW_MASTER_KEY, or beside a newer one in CREW_MASTER_KEYS_OLD.`,
  );
}

export interface OpenedSecrets {
  dataKeys: number;
  secrets: number;
}

/** Opens every data key, and every secret that people have stored. Throws `BackupProblem` at the first that does not open. */
export async function openSealedSecrets(address: DatabaseAddress, masterKeys: readonly [Buffer, ...Buffer[]]): Promise<OpenedSecrets> {
  const pool = new pg.Pool({ ...address, max: 1 });
  pool.on("error", () => {});
  try {
    const keys = keyRing(masterKeys[0], masterKeys.slice(1));
    let dataKeys = 0;
    const wrapped = new Map<string, string>();
    for (const table of WRAPPED_KEY_TABLES)
      for (let after = ""; ; ) {
        const batch = await readWrappedKeys(pool, table, { after, limit: BATCH });
        for (const key of batch) {
          await keys.unwrap(key.wrapped, key.owner);
          wrapped.set(`${key.owner} ${key.keyId}`, key.wrapped);
        }
        dataKeys += batch.length;
        after = batch.at(-1)?.keyId ?? after;
        if (batch.length < BATCH) break;
      }
    return { dataKeys, secrets: await openSecrets(pool, envelopeSecrets(keys, installationDataKeys(pool)), wrapped) };
  } catch (error) {
    if (error instanceof SecretError) throw new BackupProblem(`A sealed secret does not open: ${error.message}.`, { cause: error });
    throw error;
  } finally {
    await pool.end();
  }
}

async function openSecrets(pool: pg.Pool, secrets: ReturnType<typeof envelopeSecrets>, wrapped: Map<string, string>): Promise<number> {
  type Row = { id: string; workspace_id: string; value_sealed: string; version: number };
  const { rows } = await pool.query<Row>("SELECT id, workspace_id, value_sealed, version FROM secrets ORDER BY id LIMIT 10000");
  for (const row of rows) {
    const workspaceId = typeIdFromUuid("workspace", row.workspace_id);
    const key = wrapped.get(`${workspaceId} ${row.value_sealed.split(".", 2)[1]}`);
    if (!key) throw new SecretError("the data key that a stored secret names is gone");
    const at = { workspaceId, table: "secrets", column: "value_sealed", rowId: typeIdFromUuid("secret", row.id), version: row.version };
    await secrets.open(key, at, row.value_sealed);
  }
  return rows.length;
}
