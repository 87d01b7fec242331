import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";

/**
 * Drizzle on a pool, with transactions that always give their connection back. Its own do not when BEGIN itself fails, as
 * happens when the server goes away: each time one connection of the pool is lost for good, until none is left.
 */
export function poolDatabase(pool: pg.Pool): NodePgDatabase {
  const db = drizzle({ client: pool });
  const onClient = new WeakMap<pg.PoolClient, NodePgDatabase>();
  db.transaction = (work, config) =>
    inTransactionOf(
      pool,
      (client) => {
        const own = onClient.get(client) ?? drizzle({ client });
        onClient.set(client, own);
        return own;
      },
      work,
      config,
    );
  return db;
}

/** Runs `work` as one transaction on a connection of the pool, which gets it back only when it is out of the transaction. */
export async function inTransactionOf<T>(
  pool: pg.Pool,
  databaseOn: (client: pg.PoolClient) => NodePgDatabase,
  work: Parameters<NodePgDatabase["transaction"]>[0],
  config?: Parameters<NodePgDatabase["transaction"]>[1],
): Promise<T> {
  const client = await pool.connect();
  try {
    return (await databaseOn(client).transaction(work, config)) as T;
  } finally {
    // One that broke is not kept, nor one whose transaction could not be ended: it might still be somebody's.
    client.release(client.getTransactionStatus() !== "I");
  }
}
