import { setTimeout as sleep } from "node:timers/promises";
import type { Log, Notifications } from "@crew/core/system";
import pg from "pg";
import { connectionName, type DatabaseAddress } from "./open-pool.ts";
import { asSystemRole } from "./system-role.ts";

type Handler = (payload: string) => void;

/**
 * LISTEN on one connection for all channels of this process, opened with the first listener. When it breaks it is
 * opened anew; what was sent in between is lost, which is why every listener also polls.
 */
export function pgNotifications(address: DatabaseAddress, log: Log): Notifications & AsyncDisposable {
  const handlers = new Map<string, Set<Handler>>();
  let client: pg.Client | undefined;
  let opening: Promise<void> | undefined;
  let isClosed = false;

  async function open(): Promise<void> {
    for (let delayMs = 100; !isClosed; delayMs = Math.min(delayMs * 2, 5_000)) {
      const fresh = new pg.Client({ ...asSystemRole(address), application_name: connectionName(address, "listen"), keepAlive: true });
      try {
        fresh.on("notification", ({ channel, payload }) => {
          for (const handler of handlers.get(channel) ?? []) handler(payload ?? "");
        });
        fresh.on("error", (error) => {
          log.warn({ err: error }, "the LISTEN connection was lost");
          reopen(fresh);
        });
        fresh.on("end", () => reopen(fresh));
        await fresh.connect();
        for (const channel of handlers.keys()) await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
        client = fresh;
        return;
      } catch (error) {
        void fresh.end().catch(() => {});
        log.warn({ err: error }, "LISTEN failed, trying again");
        await sleep(delayMs * (0.8 + Math.random() * 0.4));
      }
    }
  }

  function reopen(broken: pg.Client): void {
    if (client !== broken || isClosed) return;
    client = undefined;
    opening = open();
  }

  return {
    async listen(channel, handler) {
      const known = handlers.get(channel);
      if (known) known.add(handler);
      else handlers.set(channel, new Set([handler]));
      if (!opening) opening = open();
      else if (!known && client) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      await opening;
      return async () => {
        const left = handlers.get(channel);
        left?.delete(handler);
        if (left?.size === 0) {
          handlers.delete(channel);
          await client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`);
        }
      };
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await client?.end();
    },
  };
}
