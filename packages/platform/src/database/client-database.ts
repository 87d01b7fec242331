import type { DbPool } from "@crew/core/system";
import { drizzle } from "drizzle-orm/node-postgres";
import type pg from "pg";

/** The database port over one connection, inside the transaction that is open on it. */
export function clientDatabase(client: pg.Client): DbPool {
  return drizzle({ client });
}
