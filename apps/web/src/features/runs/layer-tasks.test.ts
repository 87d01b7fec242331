import { expect, test } from "vitest";
import { layerTasks } from "./layer-tasks.ts";

test("a crew whose tasks read all before them is a chain", () => {
  const graph = layerTasks(["a", "b", "c"].map((key) => ({ key, context: null })));
  expect(graph.nodes.map(({ layer, column }) => [layer, column])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ]);
  expect(graph.edges).toEqual([
    { from: "a", to: "b" },
    { from: "b", to: "c" },
  ]);
});

test("independent tasks stand side by side and meet where both are read", () => {
  const graph = layerTasks([
    { key: "a", context: [] },
    { key: "b", context: [] },
    { key: "c", context: ["a", "b"] },
    { key: "d", context: ["a", "c"] },
  ]);
  expect(graph).toMatchObject({ layers: 3, columns: 2 });
  expect(graph.nodes.find((node) => node.key === "b")).toEqual({ key: "b", layer: 0, column: 1 });
  // a → d is implied by a → c → d.
  expect(graph.edges.map(({ from, to }) => from + to)).toEqual(["ac", "bc", "cd"]);
});

test("no tasks, no graph; an unknown key in a context is no edge", () => {
  expect(layerTasks([])).toEqual({ nodes: [], edges: [], layers: 0, columns: 0 });
  expect(layerTasks([{ key: "a", context: ["gone"] }]).edges).toEqual([]);
});
