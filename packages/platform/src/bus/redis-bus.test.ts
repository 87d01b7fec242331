import { setTimeout as delay } from "node:timers/promises";
import type { BusMessage } from "@crew/core/system";
import { busContract, freshTopic, hint, joinLate } from "@crew/testing/port-contracts/bus-contract";
import { silentLog } from "@crew/testing/silent-log";
import { redisIsMissing, startTestRedis, type TestRedis } from "@crew/testing/start-test-redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openRedis } from "./open-redis.ts";
import { redisBus } from "./redis-bus.ts";

describe.skipIf(redisIsMissing)("Redis bus", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  async function openEnds() {
    const clients = await Promise.all(Array.from({ length: 4 }, () => openRedis(redis.url, silentLog)));
    const [a, b, c, d] = clients as [(typeof clients)[0], (typeof clients)[0], (typeof clients)[0], (typeof clients)[0]];
    return {
      here: redisBus({ client: a, subscriber: b, log: silentLog }),
      there: redisBus({ client: c, subscriber: d, log: silentLog }),
      clients,
      async [Symbol.asyncDispose]() {
        for (const client of clients) client.destroy();
      },
    };
  }

  busContract(openEnds);

  test("holds one subscription for a topic however many handlers it has, and none after the last has left", async () => {
    await using ends = await openEnds();
    const topic = freshTopic();
    const leaves = await Promise.all(Array.from({ length: 10 }, () => ends.there.subscribe(topic, () => {})));
    const count = async () => (await ends.clients[0]?.pubSubNumSub([`crew:bus:${topic}`]))?.[`crew:bus:${topic}`];
    expect(Number(await count())).toBe(1);
    await Promise.all(leaves.map((leave) => leave()));
    expect(Number(await count())).toBe(0);
  });

  test("never throws or waits while Redis is away, and is live again after it is back, text so far included", async () => {
    await using ends = await openEnds();
    const before = freshTopic();
    const during = freshTopic();
    const seen: BusMessage[] = [];
    const joined: BusMessage[] = [];
    await ends.there.subscribe(before, (message) => seen.push(message));
    ends.here.publish(before, { type: "delta", callId: "call_1", offset: 0, text: "before " });
    await expect.poll(() => seen).toHaveLength(1);
    await redis.kill();
    ends.here.publish(before, { type: "delta", callId: "call_1", offset: 7, text: "during " });
    const leave = await ends.there.subscribe(during, (message) => joined.push(message));
    expect(await ends.there.liveCalls(before)).toEqual([]);
    await redis.start();
    await vi.waitFor(() => expect(ends.clients.every((client) => client.isReady)).toBe(true), 10_000);
    await delay(50);
    ends.here.publish(before, { type: "delta", callId: "call_1", offset: 14, text: "after" });
    ends.here.publish(during, hint(1));
    await expect.poll(() => seen.at(-1)).toMatchObject({ text: "after" });
    await expect.poll(() => joined).toEqual([hint(1)]);
    expect(await ends.there.liveCalls(before)).toEqual([{ callId: "call_1", text: "before during after" }]);
    await leave();
  });

  test("a text that was evicted is never shown from its middle, and is whole again with the next piece but one", async () => {
    await using ends = await openEnds();
    const topic = freshTopic();
    ends.here.publish(topic, { type: "delta", callId: "call_1", offset: 0, text: "one " });
    await expect.poll(() => ends.there.liveCalls(topic)).toHaveLength(1);
    await ends.clients[0]?.flushAll();
    ends.here.publish(topic, { type: "delta", callId: "call_1", offset: 4, text: "two " });
    await delay(30);
    for (const call of await ends.there.liveCalls(topic)) expect("one two ".startsWith(call.text)).toBe(true);
    ends.here.publish(topic, { type: "delta", callId: "call_1", offset: 8, text: "three" });
    await expect.poll(() => ends.there.liveCalls(topic)).toEqual([{ callId: "call_1", text: "one two three" }]);
    expect((await joinLate(ends.there, topic)).text()).toBe("one two three");
  });

  test("calls that dead workers left behind hide no living one, and are kept in a bounded number", async () => {
    await using ends = await openEnds();
    const topic = freshTopic();
    for (let call = 0; call < 100; call++) ends.here.publish(topic, { type: "delta", callId: `dead_${call}`, offset: 0, text: "x" });
    await expect.poll(() => ends.there.liveCalls(topic)).toHaveLength(32);
    await delay(5);
    ends.here.publish(topic, { type: "delta", callId: "alive", offset: 0, text: "here" });
    await expect.poll(() => ends.there.liveCalls(topic)).toContainEqual({ callId: "alive", text: "here" });
    expect(await ends.there.liveCalls(topic)).toHaveLength(32);
  });

  test("what it keeps in Redis goes by itself", async () => {
    await using ends = await openEnds();
    const topic = freshTopic();
    ends.here.publish(topic, { type: "delta", callId: "call_1", offset: 0, text: "x" });
    await expect.poll(() => ends.there.liveCalls(topic)).toHaveLength(1);
    const client = ends.clients[0];
    for (const key of (await client?.keys(`crew:live*${topic}*`)) ?? []) {
      expect(Number(await client?.ttl(key))).toBeGreaterThan(0);
    }
  });

  test("a Redis that is frozen, not gone, holds nobody up", async () => {
    await using ends = await openEnds();
    const topic = freshTopic();
    redis.freeze();
    try {
      const startedAt = performance.now();
      ends.here.publish(topic, { type: "delta", callId: "call_1", offset: 0, text: "x" });
      await ends.there.subscribe(topic, () => {});
      await ends.there.liveCalls(topic);
      expect(performance.now() - startedAt).toBeLessThan(3_000);
    } finally {
      redis.thaw();
    }
  });
});
