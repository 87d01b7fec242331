import type { CrewInput } from "@crew/contracts/crews";
import { expect, test } from "vitest";
import { isSameCrew } from "./crew-differences.ts";
import { blankCrew } from "./crew-input-of.ts";
import { draftOf, inputOfDraft, reduceDraft } from "./draft-state.ts";

const agent = {
  key: "scout",
  role: "Scout",
  goal: "Find",
  backstory: "",
  model: null,
  tools: [],
  maxIterations: 25,
  fallbackModels: [],
  maxExecutionSeconds: null,
};
const task = {
  description: "Do",
  expectedOutput: "Done",
  agent: "scout",
  context: null,
  tools: [],
  humanInput: false,
  maxExecutionSeconds: null,
};
const crew: CrewInput = {
  ...blankCrew("Test"),
  agents: [agent, { ...agent, key: "writer", role: "Writer" }],
  tasks: [
    { ...task, key: "find" },
    { ...task, key: "check", context: ["find"] },
    { ...task, key: "write", agent: "writer", context: ["find", "check"] },
  ],
};
const rowOf = (list: "agents" | "tasks", index: number) => draftOf(crew)[list][index]?.rowId ?? "";

function start() {
  const draft = draftOf(crew);
  return { draft, id: (list: "agents" | "tasks", index: number) => draft[list][index]?.rowId ?? "" };
}

test("a draft that nobody changed is the crew it came from", () => {
  expect(isSameCrew(inputOfDraft(start().draft), crew)).toBe(true);
  expect(rowOf("agents", 0)).not.toBe(rowOf("agents", 0));
});

test("a new agent's key follows its role until somebody writes the key", () => {
  let draft = reduceDraft(start().draft, { type: "add-agent" });
  const rowId = draft.agents[2]?.rowId ?? "";
  draft = reduceDraft(draft, { type: "agent", rowId, change: { role: "Fact checker (EU)" } });
  expect(draft.agents[2]?.key).toBe("fact_checker_eu");
  draft = reduceDraft(draft, { type: "agent", rowId, change: { role: "Writer" } });
  expect(draft.agents[2]?.key).toBe("writer_2");
  draft = reduceDraft(draft, { type: "agent", rowId, change: { key: "mine" } });
  draft = reduceDraft(draft, { type: "agent", rowId, change: { role: "Something else" } });
  expect(draft.agents[2]?.key).toBe("mine");
});

test("the key of a saved agent stays when its role changes", () => {
  const { draft, id } = start();
  expect(reduceDraft(draft, { type: "agent", rowId: id("agents", 0), change: { role: "Pathfinder" } }).agents[0]?.key).toBe("scout");
});

test("a changed key is changed wherever it is named", () => {
  const { draft, id } = start();
  const renamedAgent = reduceDraft(draft, { type: "agent", rowId: id("agents", 0), change: { key: "ranger" } });
  expect(renamedAgent.tasks.map((row) => row.agent)).toEqual(["ranger", "ranger", "writer"]);
  const renamedTask = reduceDraft(draft, { type: "task", rowId: id("tasks", 0), change: { key: "search" } });
  expect(renamedTask.tasks.map((row) => row.context)).toEqual([null, ["search"], ["search", "check"]]);
});

test("a removed task is no longer read by others", () => {
  const { draft, id } = start();
  const after = reduceDraft(draft, { type: "remove", list: "tasks", rowId: id("tasks", 0) });
  expect(after.tasks.map((row) => [row.key, row.context])).toEqual([
    ["check", []],
    ["write", ["check"]],
  ]);
});

test("rows move to the place named and never out of the list", () => {
  const { draft, id } = start();
  const keys = (to: number) => reduceDraft(draft, { type: "move", list: "tasks", rowId: id("tasks", 0), to }).tasks.map((row) => row.key);
  expect(keys(1)).toEqual(["check", "find", "write"]);
  expect(keys(9)).toEqual(["check", "write", "find"]);
  expect(keys(-1)).toEqual(["find", "check", "write"]);
});
