import { setTimeout as delay } from "node:timers/promises";
import type { Actor } from "@crew/core/access/actor";
import type { CounterName } from "@crew/core/metrics";
import { createActor } from "@crew/testing/actors";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { insertTestRun, writeRunEvents } from "@crew/testing/write-run-events";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { WebSocket } from "ws";
import type { GatewayLimits } from "./gateway-limits.ts";

/** More than the buffers of both kernels' sockets hold. */
const EVENTS = 150;
const FILLING = "x".repeat(100_000);

describe("slow readers", () => {
  let system: TestSystem;
  let ada: Actor;
  beforeAll(async () => {
    system = await openTestSystem();
    ada = await createActor(system);
  });
  afterAll(() => system?.[Symbol.asyncDispose]());

  async function open(limits: Partial<GatewayLimits>) {
    let sentBytes = 0;
    const metrics = {
      count(name: CounterName, { direction }: Record<string, string>, by = 1) {
        if (name === "socket_bytes" && direction === "out") sentBytes += by;
      },
      observe() {},
      gauge() {},
    };
    const gateway = await openTestGateway({ ...system, metrics }, limits);
    return {
      ...gateway,
      sentBytes: () => sentBytes,
      async follow(runId: string): Promise<{ reader: SocketReader; socket: WebSocket }> {
        const socket = new WebSocket(gateway.url);
        const reader = new SocketReader(socket);
        await reader.opened;
        reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
        reader.send({ type: "subscribe", topic: `run:${runId}` });
        await reader.next("caught_up");
        return { reader, socket };
      },
      [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
    };
  }

  async function flood(runId: string, seen: () => number): Promise<number[]> {
    const waits: number[] = [];
    for (let last = 1; last <= EVENTS; last++) {
      const startedAt = performance.now();
      await writeRunEvents(system, runId, last, [{ type: "task_completed", data: { output: FILLING } }]);
      while (seen() < last + 1) await delay(1);
      waits.push(performance.now() - startedAt);
    }
    return waits;
  }

  test("one that reads again is told to resync and misses nothing; others are not held up meanwhile", { timeout: 60_000 }, async () => {
    await using gateway = await open({});
    const run = await insertTestRun(system, ada);
    const fast = await gateway.follow(run.id);
    const slow = await gateway.follow(run.id);
    slow.socket.pause();
    const before = process.memoryUsage().external;
    await flood(run.id, () => fast.reader.of("event").length);
    expect(fast.reader.of("event")).toHaveLength(EVENTS + 1);
    expect(fast.reader.of("resync")).toEqual([]);
    expect(process.memoryUsage().external - before).toBeLessThan(120_000_000);
    slow.socket.resume();
    await slow.reader.next("resync");
    const got = slow.reader.of("event").map(({ event }) => event.seq);
    expect(got.length).toBeLessThan(EVENTS + 1);
    slow.reader.send({ type: "subscribe", topic: `run:${run.id}`, after: got.at(-1) ?? 0 });
    await slow.reader.until(() => slow.reader.of("event").length >= EVENTS + 1);
    expect(slow.reader.of("event").map(({ event }) => event.seq)).toEqual(Array.from({ length: EVENTS + 1 }, (_, index) => index + 1));
    for (const { socket } of [fast, slow]) socket.terminate();
  });

  test("one that reads no more is closed, and so is one that stops in the middle of stored events", { timeout: 60_000 }, async () => {
    await using gateway = await open({ slowReaderMs: 700 });
    const run = await insertTestRun(system, ada);
    const fast = await gateway.follow(run.id);
    const stuck = await gateway.follow(run.id);
    const late = await gateway.follow(run.id);
    stuck.socket.pause();
    await flood(run.id, () => fast.reader.of("event").length);
    late.reader.send({ type: "subscribe", topic: `run:${run.id}` });
    late.socket.pause();
    await delay(2_500);
    for (const { reader, socket } of [stuck, late]) {
      // The end of a paused socket shows only when it is read again, and by then its close frame may be lost.
      socket.resume();
      expect([4408, 1006]).toContain(await reader.closed);
      expect(reader.of("event").length).toBeLessThan(2 * EVENTS);
    }
    expect(fast.reader.of("event")).toHaveLength(EVENTS + 1);
    fast.socket.terminate();
  });

  test("a long history waits for its reader instead of filling the buffer", { timeout: 60_000 }, async () => {
    await using gateway = await open({ bufferedBytes: 300_000, lowBufferedBytes: 100_000 });
    const run = await insertTestRun(system, ada);
    for (let last = 1; last <= EVENTS; last++) {
      await writeRunEvents(system, run.id, last, [{ type: "task_completed", data: { output: FILLING } }], "lost");
    }
    const { reader, socket } = await gateway.follow(run.id);
    expect(reader.of("event")).toHaveLength(EVENTS + 1);
    expect(reader.of("resync")).toEqual([]);
    socket.terminate();
  });

  test("no more is read for one that does not read than one page, however much the kernels would take", { timeout: 60_000 }, async () => {
    await using gateway = await open({});
    const run = await insertTestRun(system, ada);
    for (let last = 1; last <= EVENTS; last++) {
      await writeRunEvents(system, run.id, last, [{ type: "task_completed", data: { output: FILLING } }], "lost");
    }
    const socket = new WebSocket(gateway.url);
    const reader = new SocketReader(socket);
    await reader.opened;
    reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
    await reader.next("ready");
    socket.pause();
    reader.send({ type: "subscribe", topic: `run:${run.id}` });
    await delay(2_000);
    // The first page, of four events.
    expect(gateway.sentBytes()).toBeLessThan(500_000);
    socket.resume();
    await reader.next("caught_up");
    expect(reader.of("event").map(({ event }) => event.seq)).toEqual(Array.from({ length: EVENTS + 1 }, (_, index) => index + 1));
    expect(reader.of("resync")).toEqual([]);
    socket.terminate();
  });

  test("one that goes while its page is waited for is forgotten, and one that never reads it is closed", { timeout: 60_000 }, async () => {
    await using gateway = await open({ slowReaderMs: 700 });
    const run = await insertTestRun(system, ada);
    for (let last = 1; last <= EVENTS; last++) {
      await writeRunEvents(system, run.id, last, [{ type: "task_completed", data: { output: FILLING } }], "lost");
    }
    const [gone, stuck] = [await gateway.follow(run.id), await gateway.follow(run.id)];
    for (const { reader, socket } of [gone, stuck]) {
      socket.pause();
      reader.send({ type: "subscribe", topic: `run:${run.id}` });
    }
    await delay(300);
    gone.socket.terminate();
    await delay(2_000);
    stuck.socket.resume();
    expect([4408, 1006]).toContain(await stuck.reader.closed);
    expect(stuck.reader.of("event").length).toBeLessThan(EVENTS + 1 + 6);
  });

  test("frames of one turn of the event loop leave in one write", async () => {
    await using gateway = await open({});
    const run = await insertTestRun(system, ada);
    const { reader, socket } = await gateway.follow(run.id);
    let chunks = 0;
    (socket as unknown as { _socket: NodeJS.EventEmitter })._socket.on("data", () => {
      chunks += 1;
    });
    for (let offset = 0; offset < 200; offset++)
      system.bus.publish(`run:${run.id}`, { type: "delta", callId: "call_1", offset, text: "x" });
    await reader.until(() => reader.of("delta").length === 200);
    // In process all come in one turn; from Redis in as many as its own reads.
    expect(chunks).toBeLessThanOrEqual(inject("adapters") === "redis" ? 40 : 3);
    socket.terminate();
  });
});
