import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StaleLists } from "./stale-lists.ts";

const queries = new QueryClient();
const keys: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  keys.length = 0;
  vi.spyOn(queries, "invalidateQueries").mockImplementation(async (filters) => {
    keys.push(String(filters?.queryKey?.[0]));
  });
});
afterEach(() => {
  vi.useRealTimers();
});

const OF_RUNS = ["runs", "crews", "workers", "usage", "budgets"];

test("many hints read each list once, and the next ones again", () => {
  const lists = new StaleLists(queries);
  for (let i = 0; i < 50; i++) lists.add("run");
  lists.add("crew");
  expect(keys).toEqual([]);
  vi.advanceTimersByTime(300);
  expect(keys).toEqual(OF_RUNS);
  lists.add("conversation");
  vi.advanceTimersByTime(300);
  expect(keys).toEqual([...OF_RUNS, "conversations"]);
});

test("after a reconnect every list is read, and after the end none", () => {
  const lists = new StaleLists(queries);
  lists.addAll();
  vi.advanceTimersByTime(300);
  expect(keys).toEqual(expect.arrayContaining(["conversations", "crews", "runs", "approvals", "usage"]));
  const all = keys.length;
  lists.add("run");
  lists.dispose();
  vi.advanceTimersByTime(1_000);
  expect(keys).toHaveLength(all);
});
