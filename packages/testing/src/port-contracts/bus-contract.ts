import { setTimeout as delay } from "node:timers/promises";
import type { Bus, BusMessage, BusTopic } from "@crew/core/system";
import { expect, test } from "vitest";

/** What every bus promises. `open` gives two ends of one bus: with Redis, as two processes would have. */
export function busContract(open: () => Promise<{ here: Bus; there: Bus } & AsyncDisposable>): void {
  test("carries messages of one publisher in order to every handler of the topic, and to no other", async () => {
    await using bus = await open();
    const topic = freshTopic();
    const first: BusMessage[] = [];
    const second: BusMessage[] = [];
    const other: BusMessage[] = [];
    await bus.there.subscribe(topic, (message) => first.push(message));
    await bus.there.subscribe(topic, (message) => second.push(message));
    await bus.there.subscribe(freshTopic(), (message) => other.push(message));
    const sent = Array.from({ length: 200 }, (_, index): BusMessage => ({ type: "events", fromSeq: index, toSeq: index }));
    for (const message of sent) bus.here.publish(topic, message);
    await expect.poll(() => first).toHaveLength(200);
    expect(first).toEqual(sent);
    await expect.poll(() => second).toEqual(sent);
    expect(other).toEqual([]);
  });

  test("stops after unsubscribing, also when the same topic is taken up again at once", async () => {
    await using bus = await open();
    const topic = freshTopic();
    const before: BusMessage[] = [];
    const after: BusMessage[] = [];
    const leave = await bus.there.subscribe(topic, (message) => before.push(message));
    const leaving = leave();
    await bus.there.subscribe(topic, (message) => after.push(message));
    await leaving;
    await delay(20);
    bus.here.publish(topic, hint(1));
    await expect.poll(() => after).toEqual([hint(1)]);
    expect(before).toEqual([]);
  });

  test("outlives a handler that throws", async () => {
    await using bus = await open();
    const topic = freshTopic();
    const seen: BusMessage[] = [];
    await bus.there.subscribe(topic, () => {
      throw new Error("broken handler");
    });
    await bus.there.subscribe(topic, (message) => seen.push(message));
    bus.here.publish(topic, hint(1));
    await expect.poll(() => seen).toEqual([hint(1)]);
  });

  test("gives one who joins late the text so far, joined without loss or doubling to what follows", async () => {
    await using bus = await open();
    const topic = freshTopic();
    // Half a surrogate pair at each cut, quotes and control characters: what could break an encoding.
    const text = 'a"\\\n\u0001é😀'.repeat(300);
    const pieces = Array.from({ length: text.length / 5 }, (_, index) => text.slice(index * 5, index * 5 + 5));
    let offset = 0;
    const publishSome = async (count: number) => {
      for (const piece of pieces.splice(0, count)) {
        bus.here.publish(topic, { type: "delta", callId: "call_1", offset, text: piece });
        offset += piece.length;
        if (offset % 100 === 0) await delay(1);
      }
    };
    await publishSome(40);
    const publishing = publishSome(pieces.length);
    await delay(5);
    const readers = await Promise.all(Array.from({ length: 5 }, () => joinLate(bus.there, topic)));
    await publishing;
    for (const reader of readers) await expect.poll(() => reader.text()).toBe(text);
  });

  test("forgets the text of a call that has ended, and keeps that of the others", async () => {
    await using bus = await open();
    const topic = freshTopic();
    bus.here.publish(topic, { type: "delta", callId: "call_1", offset: 0, text: "one" });
    bus.here.publish(topic, { type: "delta", callId: "call_2", offset: 0, text: "two" });
    bus.here.endCall(topic, "call_1");
    await expect.poll(() => bus.there.liveCalls(topic)).toEqual([{ callId: "call_2", text: "two" }]);
    expect(await bus.there.liveCalls(freshTopic())).toEqual([]);
  });

  test("cuts a call's text at 1 Mi code units, for those who watch and those who join alike", async () => {
    await using bus = await open();
    const topic = freshTopic();
    const watcher = await joinLate(bus.there, topic);
    const piece = "x".repeat(100_000);
    for (let offset = 0; offset < 1_200_000; offset += piece.length) {
      bus.here.publish(topic, { type: "delta", callId: "call_1", offset, text: piece });
    }
    await expect.poll(() => watcher.text()).toHaveLength(1_048_576);
    await expect.poll(async () => (await bus.there.liveCalls(topic))[0]?.text).toHaveLength(1_048_576);
  });

  test("keeps a bounded number of calls for a topic", async () => {
    await using bus = await open();
    const topic = freshTopic();
    for (let call = 0; call < 100; call++) bus.here.publish(topic, { type: "delta", callId: `call_${call}`, offset: 0, text: "x" });
    await delay(50);
    expect((await bus.here.liveCalls(topic)).length).toBeLessThanOrEqual(64);
  });
}

/** As the gateway does it: subscribe, then ask for the text so far, then place each delta by its offset. */
export async function joinLate(bus: Bus, topic: BusTopic): Promise<{ text(): string }> {
  let shown = "";
  let waiting: BusMessage[] | undefined = [];
  const place = (offset: number, text: string) => {
    if (offset > shown.length) throw new Error(`a gap: ${shown.length} shown, delta at ${offset}`);
    shown += text.slice(shown.length - offset);
  };
  const gaps: unknown[] = [];
  await bus.subscribe(topic, (message) => {
    if (message.type !== "delta") return;
    if (waiting) waiting.push(message);
    else {
      try {
        place(message.offset, message.text);
      } catch (error) {
        gaps.push(error);
      }
    }
  });
  for (const call of await bus.liveCalls(topic)) place(0, call.text);
  for (const message of waiting) if (message.type === "delta") place(message.offset, message.text);
  waiting = undefined;
  return {
    text() {
      if (gaps.length > 0) throw gaps[0];
      return shown;
    },
  };
}

let topics = 0;
export const freshTopic = (): BusTopic => `run:test_${process.pid}_${++topics}`;
export const hint = (seq: number): BusMessage => ({ type: "events", fromSeq: seq, toSeq: seq });
