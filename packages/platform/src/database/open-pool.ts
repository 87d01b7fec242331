import type { Log } from "@crew/core/system";
import pg from "pg";
import { asSystemRole } from "./system-role.ts";
import { RAISE_WALL } from "./walled-query.ts";

/** Where PostgreSQL is: what both a URL and the embedded server come down to. */
export type DatabaseAddress = pg.ClientConfig;

/**
 * What a connection is called in `pg_stat_activity`: the process and its version, then what it is for. An address carries the
 * first two; `crew upgrade --check` reads them.
 */
export function connectionName(address: DatabaseAddress, purpose = ""): string {
  return [address.application_name ?? "crew", purpose].filter(Boolean).join(" ");
}

export function addressFromUrl(url: string): DatabaseAddress {
  return { connectionString: url };
}

/**
 * Plans of prepared statements are made while tables are small and kept as they grow: one that reads a whole table, which is
 * quickest for ten rows, would be read whole with 100,000 too until the next ANALYZE. So indexes are used wherever there is
 * one. (Before PostgreSQL 18 a scan that cannot be avoided seems so dear then that it would be compiled first.)
 */
const PLANS = "-c enable_seqscan=off -c jit=off";

/**
 * The pool for short statements, which act as `crew_system` or, behind a wall, as `crew_app`. It waits at most 2 s for a connection, so that a database that is away is told as such
 * instead of piling up requests.
 */
export function openPool(address: DatabaseAddress, options: { max: number; log: Log }): pg.Pool {
  const pool = new pg.Pool({
    ...asSystemRole(address, PLANS),
    max: options.max,
    idleTimeoutMillis: 20_000,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 15_000,
    // A link that went silent is told of by nobody: without this a run whose worker waits on it would wait for ever, while
    // the heartbeat on another link keeps it. Longer than the server's own limit, whose answer says more.
    query_timeout: 20_000,
    application_name: connectionName(address),
    onConnect: async (client) => {
      // Parsed once a connection; what it sets ends with it.
      await client.query({ ...RAISE_WALL, values: [""] });
    },
  });
  // Without a listener a connection that breaks would end the process: an idle one, told by the pool, and one that somebody
  // has taken for a transaction and that breaks between two statements, told by nobody else.
  pool.on("error", (error) => options.log.warn({ err: error }, "an idle database connection was lost"));
  pool.on("connect", (client) => client.on("error", (error) => options.log.debug({ err: error }, "a database connection was lost")));
  return pool;
}
