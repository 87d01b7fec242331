import { cacheContract } from "@crew/testing/port-contracts/cache-contract";
import { describe, expect, test } from "vitest";
import { inProcessCache } from "./in-process-cache.ts";

describe("in-process cache", () => {
  cacheContract(() => inProcessCache());

  test("drops what was read longest ago beyond its number of entries", async () => {
    const cache = inProcessCache({ maxEntries: 2 });
    await cache.set("a", 1, 60);
    await cache.set("b", 2, 60);
    await cache.get("a");
    await cache.set("c", 3, 60);
    expect([await cache.get("a"), await cache.get("b"), await cache.get("c")]).toEqual([1, undefined, 3]);
  });

  test("stays within its size, and does not take what is larger than all of it", async () => {
    const cache = inProcessCache({ maxUnits: 1_000 });
    for (let key = 0; key < 10; key++) await cache.set(`k${key}`, "x".repeat(300), 60);
    const kept = await Promise.all(Array.from({ length: 10 }, (_, key) => cache.get(`k${key}`)));
    expect(kept.filter((value) => value !== undefined)).toHaveLength(3);
    await cache.set("k9", "x".repeat(2_000), 60);
    expect(await cache.get("k9")).toBeUndefined();
  });
});
