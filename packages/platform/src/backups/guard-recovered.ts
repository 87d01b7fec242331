import { type Guarded, guardRestored } from "@crew/core/backups/guard-restored";
import pg from "pg";
import { clientDatabase } from "../database/client-database.ts";
import { connectedServices } from "../database/connected-services.ts";
import { openCopyClient } from "../database/copy-tables.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { newId } from "../new-id.ts";
import { BackupProblem } from "./backup-problem.ts";
import { LEFT_OUT } from "./carried-tables.ts";

/**
 * For a database that came back by other means than an archive, such as the server's own files: from then on it is as
 * careful as one that was restored. Before any service is started on it: what one has begun would be asked about too, and
 * what it does in this moment is not.
 * @throws BackupProblem when one is connected; nothing was changed then.
 */
export async function guardRecovered(address: DatabaseAddress, moment: string): Promise<Guarded> {
  await using client = await openCopyClient(address);
  await requireNoService(client);
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

/** Those that run crews, answer people or do what is due; a command, such as the one that makes backups, harms nothing. */
const SERVICES = /^crew-(platform|api|chatbot|worker|scheduler)$/;

async function requireNoService(client: pg.Client): Promise<void> {
  const connected = (await connectedServices(client)).filter(({ service }) => SERVICES.test(service));
  if (connected.length === 0) return;
  const who = connected.map(({ service, from, connections }) => `${service} from ${from ?? "this machine"} (${connections})`);
  throw new BackupProblem(
    `Nothing was changed: still connected to the database are ${who.join(", ")}. Stop the services, say this again, then start them.`,
  );
}
