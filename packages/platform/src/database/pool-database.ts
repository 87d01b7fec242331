import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";

/**
 * Drizzle on a pool, with transactions that always give their connection back. Its own do not when BEGIN itself fails, as
 * happens when the server goes away: each time one connection of the pool is lost for good, until none is left.
 */
export function poolDatabase(pool: pg.Pool): NodePgDatabase {
  const db = drizzle({ client: pool });
  const onClient = new WeakMap<pg.PoolClient, NodePgDatabase>();
  db.transaction = async (work, config) => {
    const client = await pool.connect();
    try {
      const own = onClient.get(client) ?? drizzle({ client });
      onClient.set(client, own);
      return await own.transaction(work, config);
    } finally {
      // One that broke is not kept: the pool looks whether it can still be asked.
      client.release();
    }
  };
  return db;
}
