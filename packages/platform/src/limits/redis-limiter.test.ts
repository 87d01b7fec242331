import { limiterContract } from "@crew/testing/port-contracts/limiter-contract";
import { silentLog } from "@crew/testing/silent-log";
import { redisIsMissing, startTestRedis, type TestRedis } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openRedis, type RedisClient } from "../bus/open-redis.ts";
import { redisLimiter } from "./redis-limiter.ts";

describe.skipIf(redisIsMissing)("Redis limiter", () => {
  let redis: TestRedis;
  let client: RedisClient;
  beforeAll(async () => {
    redis = await startTestRedis();
    client = await openRedis(redis.url, silentLog);
  });
  beforeEach(() => client.flushAll());
  afterAll(async () => {
    client.destroy();
    await redis[Symbol.asyncDispose]();
  });

  limiterContract(() => redisLimiter({ client }));

  test("counts for all processes together, and every counter has an end", async () => {
    const [one, two] = [redisLimiter({ client }), redisLimiter({ client })];
    const limit = { points: 3, windowSeconds: 60 };
    const answers = [await one.take("k", limit), await two.take("k", limit), await one.take("k", limit), await two.take("k", limit)];
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, true, false]);
    expect(await client.pTTL("crew:limit:k")).toBeGreaterThan(0);
  });

  test("goes on counting in process when Redis goes, from what this process has seen: never open [ASVS 16.5.2, 16.5.3]", async () => {
    const limiter = redisLimiter({ client });
    const limit = { points: 3, windowSeconds: 60 };
    await limiter.take("k", limit);
    await redis.kill();
    const answers = [await limiter.take("k", limit), await limiter.take("k", limit), await limiter.take("k", limit)];
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, false]);
  });
});
