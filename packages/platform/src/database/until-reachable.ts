import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@crew/core/system";
import pg from "pg";
import type { DatabaseAddress } from "./open-pool.ts";

const PATIENCE_MS = 60_000;

/** Waits until the database lets us in: what starts together starts in any order. Rejects with its last words when it takes too long. */
export async function untilReachable(address: DatabaseAddress, log: Log): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ ...address, application_name: "crew-migrate", connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (tries % 10 === 0) log.info({ problem: (error as Error).message }, "waiting for the database");
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(500);
  }
}
