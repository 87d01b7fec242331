import type { HeldLock, Locks, Log, Statement } from "@crew/core/system";
import pg from "pg";
import { connectionName, type DatabaseAddress } from "./open-pool.ts";
import { queryConfig } from "./prepared-statements.ts";
import { asSystemRole } from "./system-role.ts";

/** A heartbeat that is answered later than this is of no use: the lease it renews would be over soon. */
const SILENCE_MS = 5_000;

/** Session-level advisory locks, each on a connection of its own: PostgreSQL frees it in the moment the process dies. */
export function pgLocks(address: DatabaseAddress, log: Log): Locks {
  return {
    async hold(classId, objectId) {
      const client = new pg.Client({
        ...asSystemRole(address),
        application_name: connectionName(address, "lock"),
        keepAlive: true,
        query_timeout: SILENCE_MS,
      });
      const lostHandlers: (() => void)[] = [];
      let isReleased = false;
      let isLost = false;
      const lose = () => {
        if (isReleased || isLost) return;
        isLost = true;
        for (const handler of lostHandlers) handler();
      };
      client.on("error", (error) => {
        log.warn({ err: error }, "the connection that holds a lock was lost");
        lose();
      });
      client.on("end", lose);
      await client.connect();
      const { rows } = await client
        .query<{ held: boolean }>("SELECT pg_try_advisory_lock($1, $2) AS held", [classId, objectId])
        .catch((error: unknown) => {
          isReleased = true;
          void client.end().catch(() => {});
          throw error;
        });
      if (!rows[0]?.held) {
        isReleased = true;
        await client.end();
        return undefined;
      }
      return {
        async run<Row>(statement: Statement, values: readonly unknown[]) {
          try {
            return (await client.query(queryConfig(statement, values))).rows as Row[];
          } catch (error) {
            // Whether the lock is still held cannot be told on a link that is silent. A complaint of the server has a code.
            if (!(error instanceof pg.DatabaseError)) {
              void client.end().catch(() => {});
              lose();
            }
            throw error;
          }
        },
        onLost(handler) {
          if (isLost) handler();
          else lostHandlers.push(handler);
        },
        async [Symbol.asyncDispose]() {
          isReleased = true;
          await client.end();
        },
      } satisfies HeldLock;
    },
  };
}
