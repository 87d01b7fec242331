import { CrewInput } from "@crew/contracts/crews";
import { expect, test } from "vitest";
import { checkCrew } from "./check-crew.ts";

const known = { tools: new Set(["read_document"]), providers: new Set(["demo", "local"]) };

const agent = (over: object = {}) => ({ key: "scout", role: "Scout", goal: "Find", ...over });
const task = (over: object = {}) => ({ key: "find", description: "Find it", expectedOutput: "It", agent: "scout", ...over });
const crewOf = (over: object) => CrewInput.parse({ name: "Crew", agents: [agent()], tasks: [task()], ...over });
const pathsOf = (over: object) => checkCrew(crewOf(over), known).map(({ path }) => path);

test("a crew that names only what exists has no issues", () => {
  expect(
    pathsOf({
      model: "local/any-model/at-all",
      agents: [agent({ tools: ["read_document"], model: "demo/extractive" })],
      tasks: [task(), task({ key: "tell", context: ["find"], tools: ["read_document"] }), task({ key: "end", context: [] })],
    }),
  ).toEqual([]);
});

test.each([
  ["two agents with one key", { agents: [agent(), agent()] }, ["agents.1.key"]],
  ["two tasks with one key", { tasks: [task(), task()] }, ["tasks.1.key"]],
  ["an unknown agent", { tasks: [task({ agent: "nobody" })] }, ["tasks.0.agent"]],
  ["a later task as context", { tasks: [task({ context: ["tell"] }), task({ key: "tell" })] }, ["tasks.0.context.0"]],
  ["itself as context", { tasks: [task({ context: ["find"] })] }, ["tasks.0.context.0"]],
  ["an unknown task as context", { tasks: [task(), task({ key: "tell", context: ["find", "lost"] })] }, ["tasks.1.context.1"]],
  ["a context twice", { tasks: [task(), task({ key: "tell", context: ["find", "find"] })] }, ["tasks.1.context.1"]],
  [
    "unknown tools",
    { agents: [agent({ tools: ["shell"] })], tasks: [task({ tools: ["shell"] })] },
    ["agents.0.tools.0", "tasks.0.tools.0"],
  ],
  ["a tool twice", { agents: [agent({ tools: ["read_document", "read_document"] })] }, ["agents.0.tools.1"]],
  ["an unknown provider", { model: "lost/model", agents: [agent({ model: "gone/model" })] }, ["model", "agents.0.model"]],
  ["a second demonstration model", { model: "demo/other" }, ["model"]],
  ["too many placeholders", { tasks: [task({ description: Array.from({ length: 51 }, (_, i) => `{p${i}}`).join(" ") })] }, ["tasks"]],
])("refuses %s", (_what, over, paths) => {
  expect(pathsOf(over)).toEqual(paths);
});

test("takes braces that are no placeholder as text", () => {
  const json = Array.from({ length: 60 }, (_, i) => `{"a${i}": 1}`).join(" ");
  expect(pathsOf({ tasks: [task({ description: `${json} {topic}` })] })).toEqual([]);
});
