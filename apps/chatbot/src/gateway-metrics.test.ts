import { COUNTERS, type CounterName, type GaugeSample, type HistogramName } from "@crew/core/metrics";
import { createActor } from "@crew/testing/actors";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { insertTestRun, writeRunEvents } from "@crew/testing/write-run-events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";

test("the gateway counts its sockets, frames and bytes, whom it has refused and why it has closed", async () => {
  await using system = await openTestSystem();
  const counts = new Map<string, number>();
  let readSockets: () => GaugeSample[] | Promise<GaugeSample[]> = () => [];
  const metrics = {
    count(name: CounterName, labels: Record<string, string>, by = 1) {
      expect(Object.keys(labels)).toEqual(COUNTERS[name].labels);
      const key = [name, ...Object.values(labels)].join(" ");
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe() {},
    gauge(name: string, read: typeof readSockets) {
      if (name === "sockets") readSockets = read;
    },
  };
  await using gateway = await openTestGateway({ ...system, metrics }, { sockets: 2 });
  const ada = await createActor(system);
  const open = () => new SocketReader(new WebSocket(gateway.url));
  const signIn = async (ticket: string) => {
    const reader = open();
    await reader.opened;
    reader.send({ type: "auth", ticket });
    return reader;
  };
  const liar = await signIn("nonsense");
  expect(await liar.closed).toBe(4401);
  const reader = await signIn(await gateway.ticketFor(ada));
  await reader.next("ready");
  reader.send({ type: "ping" });
  await reader.next("pong");
  const second = await signIn(await gateway.ticketFor(ada));
  await second.next("ready");
  expect(await readSockets()).toEqual([{ labels: {}, value: 2 }]);
  await expect(open().opened).rejects.toThrow("503");
  const foreign = new SocketReader(new WebSocket(gateway.url, { origin: "https://evil.example" }));
  await expect(foreign.opened).rejects.toThrow("503");
  second.socket.terminate();
  await expect.poll(readSockets).toEqual([{ labels: {}, value: 1 }]);
  await expect(new SocketReader(new WebSocket(gateway.url, { origin: "https://evil.example" })).opened).rejects.toThrow("403");
  system.bus.publish(`actor:${ada.userId}`, { type: "revoked" });
  expect(await reader.closed).toBe(4401);

  expect(Object.fromEntries(counts)).toEqual({
    "sockets_refused ticket": 1,
    "sockets_refused process_is_full": 2,
    "sockets_refused origin": 1,
    "sockets_closed revoked": 1,
    "socket_frames in": 4,
    "socket_bytes in": expect.any(Number),
    "socket_frames out": 3,
    "socket_bytes out": [{ type: "ready" }, { type: "ready" }, { type: "pong" }].reduce(
      (sum, frame) => sum + JSON.stringify(frame).length,
      0,
    ),
  });
});

test("how long events take to the sockets that are caught up is measured, however they are told; history is not", async () => {
  await using system = await openTestSystem();
  const gaps: number[] = [];
  const metrics = {
    ...system.metrics,
    observe(name: HistogramName, labels: Record<string, string>, seconds: number) {
      expect([name, labels]).toEqual(["live_gap_seconds", {}]);
      gaps.push(seconds);
    },
  };
  await using gateway = await openTestGateway({ ...system, metrics }, { pollMs: 300, slowPollMs: 600 });
  const ada = await createActor(system);
  const run = await insertTestRun(system, ada);
  await writeRunEvents(system, run.id, 1, [{ type: "task_started" }, { type: "task_completed" }], "lost");
  const reader = new SocketReader(new WebSocket(gateway.url));
  await reader.opened;
  reader.send({ type: "auth", ticket: await gateway.ticketFor(ada) });
  await reader.next("ready");
  reader.send({ type: "subscribe", topic: `run:${run.id}`, after: 0 });
  await reader.next("caught_up");
  expect(gaps).toEqual([]);
  await writeRunEvents(system, run.id, 3, [{ type: "task_started" }], "rows");
  await reader.until(() => reader.of("event").length === 4);
  expect(gaps).toHaveLength(1);
  // Nobody tells of it: it is found by looking, which takes its time.
  const before = Date.now();
  await writeRunEvents(system, run.id, 4, [{ type: "task_started" }], "lost");
  await reader.until(() => reader.of("event").length === 5);
  expect(gaps).toHaveLength(2);
  expect(gaps[1]).toBeGreaterThanOrEqual(0);
  expect(gaps[1]).toBeLessThanOrEqual((Date.now() - before) / 1_000);
  reader.socket.terminate();
});
