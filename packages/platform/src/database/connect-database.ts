import type { Log, System } from "@crew/core/system";
import { type DatabaseAddress, openPool } from "./open-pool.ts";
import { poolDatabase } from "./pool-database.ts";
import { preparedStatements } from "./prepared-statements.ts";

/** The database ports alone, for a short-lived process beside a running installation. */
export function connectDatabase(address: DatabaseAddress, log: Log): Pick<System, "db" | "statements"> & AsyncDisposable {
  const pool = openPool(address, { max: 1, log });
  return { db: poolDatabase(pool), statements: preparedStatements(pool), [Symbol.asyncDispose]: () => pool.end() };
}
