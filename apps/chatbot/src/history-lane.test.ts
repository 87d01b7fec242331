import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { HistoryLane } from "./history-lane.ts";

test("one page is read at a time, in the order in which they were asked for, with a rest between them", async () => {
  const lane = new HistoryLane();
  const seen: string[] = [];
  const page = (name: string) =>
    lane.later(async () => {
      seen.push(`${name} begins`);
      await delay(20);
      seen.push(`${name} ends`);
      return { name, at: performance.now() };
    });
  const [one, two] = await Promise.all([page("one"), page("two")]);
  expect(seen).toEqual(["one begins", "one ends", "two begins", "two ends"]);
  // As long as the first page took, and then its own.
  expect(two.at - one.at).toBeGreaterThan(35);
});

test("a page that could not be read does not hold up the next", async () => {
  const lane = new HistoryLane();
  await expect(lane.later(() => Promise.reject(new Error("the database is away")))).rejects.toThrow("away");
  expect(await lane.later(async () => "read")).toBe("read");
});

test("a first page waits for no long history, only for the first page before it", async () => {
  const lane = new HistoryLane();
  const seen: string[] = [];
  const page = (name: string, ms: number) => async () => {
    await delay(ms);
    seen.push(name);
  };
  await Promise.all([lane.later(page("long", 60)), lane.first(page("first", 20)), lane.first(page("second", 0))]);
  expect(seen).toEqual(["first", "second", "long"]);
});

test("the more words others are waiting for, the longer is the rest before the next page", async () => {
  const lane = new HistoryLane();
  const page = () =>
    lane.later(async () => {
      const startedAt = performance.now();
      for (let piece = 0; piece < 200; piece++) lane.noteLive();
      await delay(20);
      return { startedAt, endedAt: performance.now() };
    });
  const [one, two] = await Promise.all([page(), page()]);
  expect(two.startedAt - one.endedAt).toBeGreaterThan(100);
});
