import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Walls } from "@crew/core/system";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { inTransactionOf } from "./pool-database.ts";
import { queryConfig } from "./prepared-statements.ts";
import { WalledQuery } from "./walled-query.ts";

/** Workspaces whose ports are kept; they hold no connection, only the cost of making them. */
const MAX_KEPT = 500;

/**
 * The database as one workspace sees it: each statement and each transaction acts as `crew_app`, for which row-level
 * security shows the rows of that workspace alone. Nothing of it outlives the statement or the transaction.
 */
export function workspaceWalls(pool: pg.Pool): Walls {
  const kept = new Map<string, ReturnType<Walls["around"]>>();
  return {
    around(workspaceId) {
      const known = kept.get(workspaceId);
      if (known) return known;
      const [oldest] = kept.size >= MAX_KEPT ? kept.keys() : [];
      if (oldest !== undefined) kept.delete(oldest);
      const made = build(pool, uuidFromTypeId(workspaceId));
      kept.set(workspaceId, made);
      return made;
    },
  };
}

function build(pool: pg.Pool, workspace: string): ReturnType<Walls["around"]> {
  // It becomes part of a text in `beginBehind`.
  if (!/^[0-9a-f-]{36}$/.test(workspace)) throw new RangeError(`not a UUID: ${workspace}`);
  const query = (config: pg.QueryConfig, values: unknown[]) =>
    pool.query(new WalledQuery({ ...config, values }, workspace) as unknown as pg.QueryConfig);
  const db = drizzle({ client: { query } as unknown as pg.Pool });
  db.transaction = (work, config) => inTransactionOf(pool, (client) => drizzle({ client: beginBehind(client, workspace) }), work, config);
  return {
    db: db as unknown as NodePgDatabase,
    statements: {
      async run<Row>(statement: Parameters<typeof queryConfig>[0], values: readonly unknown[]) {
        const { values: sent = [], ...config } = queryConfig(statement, values);
        return (await query(config, sent)).rows as Row[];
      },
    },
  };
}

/** A client whose first statement, which is `begin`, raises the wall in the same message. */
function beginBehind(client: pg.PoolClient, workspace: string): pg.PoolClient {
  let hasBegun = false;
  const query = (config: pg.QueryConfig, values: unknown[]) => {
    if (hasBegun) return client.query(config, values);
    hasBegun = true;
    if (!config.text.startsWith("begin")) throw new Error("a transaction begins with begin");
    return client.query(`${config.text}; SET LOCAL ROLE crew_app; SET LOCAL crew.workspace = '${workspace}'`);
  };
  return { query } as unknown as pg.PoolClient;
}
