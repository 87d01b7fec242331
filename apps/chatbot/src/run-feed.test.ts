import { setTimeout as delay } from "node:timers/promises";
import type { RunEvent } from "@crew/contracts/run-events";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { SocketReader } from "@crew/testing/socket-reader";
import { insertTestRun, type Telling, writeRunEvents } from "@crew/testing/write-run-events";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

const seqs = (events: { seq: number }[]) => events.map(({ seq }) => seq);
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a run followed over a socket", () => {
  let system: TestSystem;
  let gateway: TestGateway;
  let ada: Actor;
  beforeAll(async () => {
    system = await openTestSystem();
    gateway = await openTestGateway(system, { pollMs: 300, slowPollMs: 600, framesPerMinute: 100_000 });
    ada = await createActor(system);
  });
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await system?.[Symbol.asyncDispose]();
  });

  async function signIn(actor = ada): Promise<SocketReader> {
    const reader = new SocketReader(new WebSocket(gateway.url));
    await reader.opened;
    reader.send({ type: "auth", ticket: await gateway.ticketFor(actor) });
    await reader.next("ready");
    return reader;
  }
  async function follow(runId: string, after = 0): Promise<SocketReader> {
    const reader = await signIn();
    reader.send({ type: "subscribe", topic: `run:${runId}`, after });
    await reader.next("caught_up");
    return reader;
  }
  const events = (reader: SocketReader): RunEvent[] => reader.of("event").map(({ event }) => event);

  test("gives what is stored, says so, and goes on live however it was told", async () => {
    const run = await insertTestRun(system, ada);
    await writeRunEvents(system, run.id, 1, [{ type: "task_started" }, { type: "task_completed" }], "lost");
    const reader = await follow(run.id);
    expect(reader.frames.slice(1).map(({ type }) => type)).toEqual(["event", "event", "event", "caught_up"]);
    expect(reader.of("caught_up")[0]).toMatchObject({ seq: 3 });
    await writeRunEvents(system, run.id, 3, [{ type: "task_started" }], "rows");
    await writeRunEvents(system, run.id, 4, [{ type: "task_started" }, { type: "task_started" }], "hint");
    await writeRunEvents(system, run.id, 6, [{ type: "task_started" }], "lost");
    await reader.until(() => reader.of("event").length === 7);
    // A hint that speaks of rows after those that were lost.
    await writeRunEvents(system, run.id, 7, [{ type: "task_started" }], "lost");
    await writeRunEvents(system, run.id, 8, [{ type: "crew_kickoff_completed", data: { output: "done" } }], "rows");
    await reader.until(() => reader.of("event").length === 9);
    expect(seqs(events(reader))).toEqual(upTo(9));
    const late = await follow(run.id, 4);
    expect(seqs(events(late))).toEqual(upTo(9, 5));
    for (const each of [reader, late]) each.socket.terminate();
  });

  test("T-05 another workspace's run, and one that is not there, are absent alike", async () => {
    const run = await insertTestRun(system, ada);
    const stranger = await signIn(await createActor(system, { name: "Eve" }));
    for (const id of [run.id, system.newId("run")]) {
      stranger.send({ type: "subscribe", topic: `run:${id}` });
      const error = await stranger.next("error", ({ topic }) => topic === `run:${id}`);
      expect(error).toMatchObject({ code: "not_found", message: expect.stringContaining("run") });
    }
    await writeRunEvents(system, run.id, 1, [{ type: "task_started" }]);
    await delay(100);
    expect(stranger.of("event")).toEqual([]);
    stranger.socket.terminate();
  });

  test("one who joins late gets the text so far, then the rest, without loss or doubling", async () => {
    const run = await insertTestRun(system, ada);
    const topic = `run:${run.id}` as const;
    const text = "Grüße, 😀! ".repeat(500);
    let offset = 0;
    await writeRunEvents(system, run.id, 1, [{ type: "llm_call_started", data: { callId: "call_1" } }]);
    const say = async (units: number) => {
      for (const end = Math.min(text.length, offset + units); offset < end; ) {
        const piece = text.slice(offset, offset + 7);
        system.bus.publish(topic, { type: "delta", callId: "call_1", offset, text: piece });
        offset += piece.length;
        if (offset % 70 === 0) await delay(1);
      }
    };
    await say(2_000);
    const talking = say(text.length);
    const readers = await Promise.all(Array.from({ length: 5 }, () => follow(run.id)));
    await talking;
    for (const reader of readers) {
      const shown = () => reader.of("delta").reduce((so, delta) => so + delta.text, "");
      await reader.until(() => shown().length >= text.length, "text");
      let expected = 0;
      for (const delta of reader.of("delta")) {
        expect(delta.offset).toBe(expected);
        expected += delta.text.length;
      }
      expect(shown()).toBe(text);
    }
    system.bus.endCall(topic, "call_1");
    await writeRunEvents(system, run.id, 2, [{ type: "llm_call_completed", data: { callId: "call_1", text } }]);
    for (const reader of readers) await reader.next("event", ({ event }) => event.seq === 3);
    await expect.poll(() => system.bus.liveCalls(topic)).toEqual([]);
    const after = await follow(run.id);
    expect(after.of("delta")).toEqual([]);
    for (const reader of [...readers, after]) reader.socket.terminate();
  });

  test("text that a dead worker left behind is not shown to one who has its end already", async () => {
    const run = await insertTestRun(system, ada);
    const topic = `run:${run.id}` as const;
    system.bus.publish(topic, { type: "delta", callId: "call_dead", offset: 0, text: "void" });
    system.bus.publish(topic, { type: "delta", callId: "call_dead/reasoning", offset: 0, text: "thought" });
    system.bus.publish(topic, { type: "delta", callId: "call_live", offset: 0, text: "living" });
    await writeRunEvents(system, run.id, 1, [{ type: "attempt_restarted", data: { callId: "call_dead" } }, { type: "task_started" }]);
    for (const after of [0, 2, 3]) {
      const reader = await follow(run.id, after);
      await reader.next("delta");
      expect(
        reader.of("delta").map(({ callId }) => callId),
        `after ${after}`,
      ).toEqual(["call_live"]);
      reader.socket.terminate();
    }
  });

  test("reconnecting at any moment with the last number gives each event once, in order", { timeout: 60_000 }, async () => {
    const step = fc.record({
      count: fc.integer({ min: 1, max: 6 }),
      telling: fc.constantFrom<Telling>("rows", "hint", "lost"),
      pauseMs: fc.integer({ min: 0, max: 4 }),
    });
    const scenario = fc.record({
      steps: fc.array(step, { minLength: 5, maxLength: 25 }),
      lifetimesMs: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ steps, lifetimesMs }) => {
        const run = await insertTestRun(system, ada);
        let last = 1;
        const writing = (async () => {
          for (const { count, telling, pauseMs } of steps) {
            await writeRunEvents(
              system,
              run.id,
              last,
              Array.from({ length: count }, () => ({ type: "task_started" as const })),
              telling,
            );
            last += count;
            if (pauseMs > 0) await delay(pauseMs);
          }
          await writeRunEvents(system, run.id, last, [{ type: "crew_kickoff_completed" }], "lost");
          last += 1;
        })();
        const merged: RunEvent[] = [];
        for (const lifetimeMs of lifetimesMs) {
          const reader = await signIn();
          reader.send({ type: "subscribe", topic: `run:${run.id}`, after: merged.at(-1)?.seq ?? 0 });
          await delay(lifetimeMs);
          reader.socket.terminate();
          merged.push(...events(reader));
        }
        const reader = await signIn();
        reader.send({ type: "subscribe", topic: `run:${run.id}`, after: merged.at(-1)?.seq ?? 0 });
        await writing;
        if (merged.at(-1)?.seq !== last) await reader.next("event", ({ event }) => event.type === "crew_kickoff_completed");
        merged.push(...events(reader));
        reader.socket.terminate();
        expect(seqs(merged)).toEqual(upTo(last));
      }),
      { numRuns: 12 },
    );
  });
});
