import { openTestDatabase } from "@crew/testing/open-test-database";
import { CONTRACT_MINUTE_MS, lanesContract } from "@crew/testing/port-contracts/lanes-contract";
import { silentLog } from "@crew/testing/silent-log";
import { redisIsMissing, startTestRedis, type TestRedis } from "@crew/testing/start-test-redis";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRedis, type RedisClient } from "../bus/open-redis.ts";
import { addressFromUrl, openPool } from "../database/open-pool.ts";
import { sharedLanes } from "./shared-lanes.ts";

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await openTestDatabase();
  pool = openPool(addressFromUrl(database.databaseUrl), { max: 5, log: silentLog });
});
afterAll(async () => {
  await pool.end();
  await database[Symbol.asyncDispose]();
});

const open = (client: RedisClient) => sharedLanes({ client, pool, log: silentLog, minuteMs: CONTRACT_MINUTE_MS });

describe("lanes without Redis, in rows of PostgreSQL", () => {
  let away: RedisClient;
  beforeAll(async () => {
    away = await openRedis("redis://127.0.0.1:1", silentLog);
  });
  afterAll(() => away.destroy());
  lanesContract(() => open(away));
});

describe.skipIf(redisIsMissing)("lanes in Redis", () => {
  let redis: TestRedis;
  let client: RedisClient;
  beforeAll(async () => {
    redis = await startTestRedis();
    client = await openRedis(redis.url, silentLog);
  });
  afterAll(async () => {
    client.destroy();
    await redis[Symbol.asyncDispose]();
  });
  lanesContract(() => open(client));

  test("killed and started again, with nothing in it: the line goes on where it was", async () => {
    const lanes = open(client);
    const lane = { id: "over-the-gap", limits: { requestsPerMinute: 60, tokensPerMinute: null, maxConcurrent: null } };
    const take = async () => {
      const answer = await lanes.take(lane, { tokens: 1 });
      return answer.grant ? 0 : answer.waitMs;
    };
    const waits: number[] = [];
    const beganAt = performance.now();
    for (let i = 0; i < 20; i++) waits.push(await take());
    await redis.kill();
    await expect.poll(() => client.isReady).toBe(false);
    for (let i = 0; i < 10; i++) waits.push(await take());
    await redis.start();
    await expect.poll(() => client.isReady, { timeout: 5_000 }).toBe(true);
    for (let i = 0; i < 10; i++) waits.push(await take());
    // Forty in a line, whatever has become of Redis: five at once, and one more for each part of a minute that has passed.
    const apartMs = CONTRACT_MINUTE_MS / 60;
    expect(waits.filter((ms) => ms === 0).length).toBeLessThanOrEqual(6 + (performance.now() - beganAt) / apartMs);
    expect(waits.at(-1)).toBeGreaterThan(34 * apartMs - (performance.now() - beganAt));
  });
});
