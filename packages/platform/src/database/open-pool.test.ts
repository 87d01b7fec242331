import { setTimeout as sleep } from "node:timers/promises";
import { inTestDatabase } from "@crew/testing/in-test-database";
import { silentLog } from "@crew/testing/silent-log";
import pg from "pg";
import { expect, test } from "vitest";
import { addressFromUrl, openPool } from "./open-pool.ts";

test("a connection that breaks in the middle of a transaction ends that transaction, not the process", async () => {
  await inTestDatabase(async (databaseUrl) => {
    const pool = openPool(addressFromUrl(databaseUrl), { max: 2, log: silentLog });
    const client = await pool.connect();
    await client.query("BEGIN");
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const administrator = new pg.Client(databaseUrl);
    await administrator.connect();
    await administrator.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    await administrator.end();
    // The server's word arrives while nothing is asked on that connection: only then nobody waits for its error.
    await sleep(200);
    await expect(client.query("SELECT 1")).rejects.toThrow();
    client.release(true);
    expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
