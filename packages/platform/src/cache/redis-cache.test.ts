import { cacheContract } from "@crew/testing/port-contracts/cache-contract";
import { silentLog } from "@crew/testing/silent-log";
import { redisIsMissing, startTestRedis, type TestRedis } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openRedis, type RedisClient } from "../bus/open-redis.ts";
import { redisCache } from "./redis-cache.ts";

describe.skipIf(redisIsMissing)("Redis cache", () => {
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

  cacheContract(() => redisCache({ client }));

  test("misses quickly while Redis is frozen", async () => {
    const cache = redisCache({ client });
    await cache.set("frozen", 1, 60);
    redis.freeze();
    try {
      const startedAt = performance.now();
      for (let index = 0; index < 10; index++) expect(await cache.get("frozen")).toBeUndefined();
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    } finally {
      redis.thaw();
    }
  });

  test("what was deleted while Redis was silent does not come back", async () => {
    const cache = redisCache({ client });
    await vi.waitFor(() => expect(client.isReady).toBe(true), 10_000);
    await cache.set("gone", "old", 60);
    redis.freeze();
    await cache.delete("gone");
    redis.thaw();
    await vi.waitFor(() => expect(client.isReady).toBe(true), 10_000);
    expect(await cache.get("gone")).toBeUndefined();
    await vi.waitFor(async () => expect(await client.get("crew:cache:gone")).toBeNull(), 10_000);
  });

  test("misses while Redis is gone, and works again after", async () => {
    const cache = redisCache({ client });
    await redis.kill();
    await cache.set("a", 1, 60);
    expect(await cache.get("a")).toBeUndefined();
    await redis.start();
    await vi.waitFor(() => expect(client.isReady).toBe(true), 10_000);
    await cache.set("a", 2, 60);
    expect(await cache.get("a")).toBe(2);
  });
});
