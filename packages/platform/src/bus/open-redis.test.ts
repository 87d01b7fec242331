import type { GaugeSample } from "@crew/core/metrics";
import { openTestDatabase } from "@crew/testing/open-test-database";
import { silentLog } from "@crew/testing/silent-log";
import { redisIsMissing, startTestRedis } from "@crew/testing/start-test-redis";
import { expect, test, vi } from "vitest";
import { addressFromUrl, openPool } from "../database/open-pool.ts";
import { openRedisPorts } from "./open-redis-ports.ts";

test.skipIf(redisIsMissing)("figures say whether Redis is there, and what it did not answer", async () => {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startTestRedis());
  const { databaseUrl } = stack.use(await openTestDatabase());
  const pool = openPool(addressFromUrl(databaseUrl), { max: 1, log: silentLog });
  stack.defer(() => pool.end());
  const failures: string[] = [];
  let read: () => GaugeSample[] | Promise<GaugeSample[]> = () => [];
  const metrics = {
    count: (name: string, { what = "" }: Record<string, string>) => void failures.push(`${name} ${what}`),
    observe() {},
    gauge(name: string, reader: typeof read) {
      if (name === "redis_connected") read = reader;
    },
  };
  const ports = await openRedisPorts({ url: redis.url, log: silentLog, metrics, pool, laneMinuteMs: 60_000 }, stack);
  const isConnected = (value: number) => vi.waitFor(async () => expect(await read()).toEqual([{ labels: {}, value }]), 10_000);
  await isConnected(1);
  expect(failures).toEqual([]);
  redis.freeze();
  expect(await ports.cache.get("anything")).toBeUndefined();
  redis.thaw();
  expect(failures).toContain("redis_failures unanswered");
  await redis.kill();
  await isConnected(0);
  expect(failures).toContain("redis_failures connection");
  await redis.start();
  await isConnected(1);
});
