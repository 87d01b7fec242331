import { setTimeout as delay } from "node:timers/promises";
import type { Cache } from "@crew/core/system";
import { expect, test } from "vitest";

export function cacheContract(open: () => Cache): void {
  test("gives back what was set, as a copy, until it is deleted", async () => {
    const cache = open();
    const value = { list: [1, "two", null], nested: { yes: true } };
    await cache.set("contract:a", value, 60);
    value.list.push("changed");
    const found = await cache.get<typeof value>("contract:a");
    expect(found).toEqual({ list: [1, "two", null], nested: { yes: true } });
    await cache.delete("contract:a");
    expect(await cache.get("contract:a")).toBeUndefined();
    expect(await cache.get("contract:never")).toBeUndefined();
  });

  test("keeps null and false apart from a miss", async () => {
    const cache = open();
    await cache.set("contract:null", null, 60);
    await cache.set("contract:false", false, 60);
    expect(await cache.get("contract:null")).toBeNull();
    expect(await cache.get("contract:false")).toBe(false);
  });

  test("forgets a value after its time", async () => {
    const cache = open();
    await cache.set("contract:short", 1, 0.05);
    await delay(120);
    expect(await cache.get("contract:short")).toBeUndefined();
  });
}
