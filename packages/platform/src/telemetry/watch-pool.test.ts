import type { GaugeName, GaugeSample, HistogramName } from "@crew/core/metrics";
import { inTestDatabase } from "@crew/testing/in-test-database";
import { silentLog } from "@crew/testing/silent-log";
import { expect, test } from "vitest";
import { addressFromUrl, openPool } from "../database/open-pool.ts";
import { watchPool } from "./watch-pool.ts";

test("each way to a connection of the pool is counted once, with who waits and what there is", async () => {
  await inTestDatabase(async (databaseUrl) => {
    const pool = openPool(addressFromUrl(databaseUrl), { max: 1, log: silentLog });
    const waits: [HistogramName, number][] = [];
    const gauges = new Map<GaugeName, () => GaugeSample[] | Promise<GaugeSample[]>>();
    watchPool(pool, {
      count() {},
      observe: (name, _labels, seconds) => void waits.push([name, seconds]),
      gauge: (name, read) => void gauges.set(name, read),
    });
    const read = async () => Promise.all(["db_pool_connections", "db_pool_waiting"].map((name) => gauges.get(name as GaugeName)?.()));
    const connections = (taken: number, idle: number) => [
      { labels: { state: "taken" }, value: taken },
      { labels: { state: "idle" }, value: idle },
    ];
    const client = await pool.connect();
    const waiting = pool.query("SELECT 1 AS one");
    expect(await read()).toEqual([connections(1, 0), [{ labels: {}, value: 1 }]]);
    client.release();
    expect((await waiting).rows).toEqual([{ one: 1 }]);
    await expect(pool.query("SELECT nonsense")).rejects.toThrow("nonsense");
    await expect.poll(read, { timeout: 10_000 }).toEqual([connections(0, 0), [{ labels: {}, value: 0 }]]);
    expect(waits.map(([name]) => name)).toEqual(Array(3).fill("db_pool_wait_seconds"));
    expect(waits.every(([, seconds]) => seconds >= 0 && seconds < 60)).toBe(true);
    await pool.end();
    await expect(pool.connect()).rejects.toThrow("after calling end");
  });
});
