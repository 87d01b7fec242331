import { randomBytes } from "node:crypto";
import pg from "pg";
import type { DatabaseAddress } from "./open-pool.ts";

/** The same server, another database. */
export function inDatabase(address: DatabaseAddress, database: string): DatabaseAddress {
  if (!address.connectionString) return { ...address, database };
  const url = new URL(address.connectionString);
  url.pathname = `/${database}`;
  return { ...address, connectionString: url.href };
}

/**
 * An empty database beside ours, dropped when it is closed. What earlier ones have left behind goes first: who calls this
 * holds the lock of backups, so none of them is in use.
 */
export async function openScratchDatabase(address: DatabaseAddress): Promise<{ address: DatabaseAddress; name: string } & AsyncDisposable> {
  const client = new pg.Client({ ...address, application_name: "crew-backup" });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows: own } = await client.query<{ prefix: string }>(
      "SELECT 'crew_verify_' || oid || '_' AS prefix FROM pg_database WHERE datname = current_database()",
    );
    const prefix = own[0]?.prefix ?? "crew_verify_";
    const { rows: left } = await client.query<{ name: string }>(
      "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1)",
      [prefix],
    );
    for (const { name } of left) await drop(client, name);
    const name = `${prefix}${randomBytes(4).toString("hex")}`;
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`);
    return {
      address: inDatabase(address, name),
      name,
      async [Symbol.asyncDispose]() {
        await drop(client, name).finally(() => client.end());
      },
    };
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
}
