import type pg from "pg";
import { openCopyClient, readTableShapes, type TableShape } from "../database/copy-tables.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { asSystemRole } from "../database/system-role.ts";
import { WRAPPED_KEY_TABLES } from "../database/wrapped-keys.ts";
import type { Opening } from "./archive-format.ts";
import { LEFT_OUT } from "./carried-tables.ts";

export interface Snapshot extends AsyncDisposable {
  client: pg.Client;
  tables: TableShape[];
  opening: Omit<Opening, "backupId" | "productVersion">;
}

/** One transaction that sees the database as it is in this moment, for as long as it takes to read all of it. */
export async function openSnapshot(address: DatabaseAddress): Promise<Snapshot> {
  const client = await openCopyClient(asSystemRole(address));
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const { rows } = await client.query<{ at: Date; version: string }>(
      "SELECT clock_timestamp() AS at, current_setting('server_version') AS version",
    );
    const migrations = await client.query<Opening["migrations"][number]>("SELECT name, sha256 FROM schema_migrations ORDER BY name");
    const all = await readTableShapes(client);
    return {
      client,
      tables: all.filter(({ table }) => !Object.hasOwn(LEFT_OUT, table)),
      opening: {
        postgresVersion: rows[0]?.version ?? "",
        snapshotAt: (rows[0]?.at ?? new Date()).toISOString(),
        migrations: migrations.rows,
        masterKeyIds: await readMasterKeyIds(client),
      },
      [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
    };
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** Each wrapped key names the master key that wrapped it. */
async function readMasterKeyIds(client: pg.Client): Promise<string[]> {
  const each = WRAPPED_KEY_TABLES.map((table) => `SELECT split_part(wrapped_key, '.', 2) AS id FROM ${table}`);
  const { rows } = await client.query<{ id: string }>(`${each.join(" UNION ")} ORDER BY 1`);
  return rows.map(({ id }) => id);
}
