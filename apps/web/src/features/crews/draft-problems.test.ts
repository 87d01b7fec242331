import type { CrewInput } from "@crew/contracts/crews";
import { expect, test } from "vitest";
import { blankCrew } from "./crew-input-of.ts";
import { draftPlaceholders, draftProblems, placeOfProblem } from "./draft-problems.ts";

const blank = blankCrew("Test");
const [agent] = blank.agents;
const [task] = blank.tasks;
if (!agent || !task) throw new Error("a blank crew has one of each");

function problems(change: Partial<CrewInput>): string[] {
  return draftProblems({ ...blank, ...change }).map((issue) => `${issue.path}: ${issue.message}`);
}

test("a blank crew can be saved as it is and asks for its one placeholder", () => {
  expect(problems({})).toEqual([]);
  expect(draftPlaceholders(blank)).toEqual(["topic"]);
});

test("names what is empty or too long", () => {
  expect(problems({ name: " " })).toEqual(["name: is empty"]);
  expect(problems({ name: "x".repeat(81) })).toEqual(["name: is too long: at most 80 characters"]);
  expect(problems({ tasks: [] })).toEqual(["tasks: at least one is needed"]);
  expect(problems({ agents: [{ ...agent, role: "", goal: "" }] })).toEqual(["agents.0.role: is empty", "agents.0.goal: is empty"]);
});

test("names keys that are taken, agents that are gone and contexts that do not come before", () => {
  const tasks = [
    { ...task, context: ["later"] },
    { ...task, agent: "nobody" },
    { ...task, key: "later" },
  ];
  expect(problems({ tasks })).toEqual([
    "tasks.1.key: another one has the key research",
    "tasks.0.context: reads later, which does not come before it",
    "tasks.1.agent: there is no agent nobody: choose who does it",
  ]);
});

test("says in words where a problem lies", () => {
  expect(placeOfProblem(blank, "agents.0.goal")).toBe("Agent 1 (Researcher) goal");
  expect(placeOfProblem(blank, "tasks.0.expectedOutput")).toBe("Task 1 (research) expected output");
  expect(placeOfProblem(blank, "name")).toBe("The crew's name");
  expect(placeOfProblem(blank, "tasks")).toBe("The list of tasks");
});

test("braces of JSON are no placeholders", () => {
  expect(draftPlaceholders({ ...blank, tasks: [{ ...task, description: 'Answer as {"a": 1} about {topic} and {next_step}' }] })).toEqual([
    "topic",
    "next_step",
  ]);
});
