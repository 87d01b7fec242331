import { expect, test } from "vitest";
import { lineUpTasks } from "./line-up-tasks.ts";

test("a crew whose tasks read all before them is a chain", () => {
  expect(lineUpTasks(["a", "b", "c"].map((key) => ({ key, context: null })))).toEqual({
    lines: [
      { from: 0, to: 1, lane: 0 },
      { from: 1, to: 2, lane: 0 },
    ],
    lanes: 0,
  });
});

test("independent tasks meet where both are read; what a longer path says is not said again", () => {
  const graph = lineUpTasks([
    { key: "a", context: [] },
    { key: "b", context: [] },
    { key: "c", context: ["a", "b"] },
    { key: "d", context: ["a", "c"] },
  ]);
  // a → d is implied by a → c → d.
  expect(graph).toEqual({
    lines: [
      { from: 0, to: 2, lane: 1 },
      { from: 1, to: 2, lane: 0 },
      { from: 2, to: 3, lane: 0 },
    ],
    lanes: 1,
  });
});

test("lines that run beside the same rows take lanes of their own, and a lane that has ended is used again", () => {
  const { lines, lanes } = lineUpTasks([
    { key: "a", context: [] },
    { key: "b", context: [] },
    { key: "c", context: ["a"] },
    { key: "d", context: ["b"] },
    { key: "e", context: ["c"] },
  ]);
  expect(lines.map(({ from, to, lane }) => [from, to, lane])).toEqual([
    [0, 2, 1],
    [1, 3, 2],
    [2, 4, 1],
  ]);
  expect(lanes).toBe(2);
});

test("a wide crew keeps room for its names", () => {
  const heads = ["a", "b", "c", "d", "e", "f", "g"].map((key) => ({ key, context: [] as string[] }));
  const { lanes } = lineUpTasks([...heads, { key: "end", context: heads.map(({ key }) => key) }]);
  expect(lanes).toBe(4);
});

test("no tasks, no lines; an unknown key in a context is no line", () => {
  expect(lineUpTasks([])).toEqual({ lines: [], lanes: 0 });
  expect(lineUpTasks([{ key: "a", context: ["gone"] }]).lines).toEqual([]);
});
