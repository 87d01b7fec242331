import { type Guarded, guardRestored } from "@crew/core/backups/guard-restored";
import pg from "pg";
import { clientDatabase } from "../database/client-database.ts";
import { openCopyClient } from "../database/copy-tables.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { newId } from "../new-id.ts";
import { LEFT_OUT } from "./carried-tables.ts";

/**
 * For a database that came back by other means than an archive, such as the server's own files: from then on it is as
 * careful as one that was restored. Before any service is started on it.
 */
export async function guardRecovered(address: DatabaseAddress, moment: string): Promise<Guarded> {
  await using client = await openCopyClient(address);
  await client.query("BEGIN");
  for (const table of Object.keys(LEFT_OUT).filter((name) => name !== "schema_migrations"))
    await client.query(`DELETE FROM public.${pg.escapeIdentifier(table)}`);
  // Jobs that waited then may have been done since.
  await client.query("DELETE FROM pgboss.job");
  const backup = { backupId: newId("backup"), snapshotAt: moment, endedAt: moment, tables: 0, rows: 0 };
  const guarded = await guardRestored(clientDatabase(client), backup);
  await client.query("COMMIT");
  return guarded;
}
