import type { Agent } from "@crew/contracts/agents";
import type { CrewDefinition } from "@crew/contracts/crews";
import { RUN_EVENT_DATA } from "@crew/contracts/run-events";
import type { Task } from "@crew/contracts/tasks";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryHost, type MemoryHostOptions, MemoryJournal, SimulatedCrash } from "./memory-host.ts";
import type { ModelRequest } from "./model.ts";
import { runCrew } from "./run-crew.ts";
import { replyOf, ScriptedModel, type ScriptedTurn } from "./scripted-model.ts";

const agent = (key: string, more: Partial<Agent> = {}): Agent => ({
  id: `agent_${key}`,
  key,
  role: `Role of ${key}`,
  goal: "Help",
  backstory: "",
  model: null,
  tools: [],
  maxIterations: 25,
  fallbackModels: [],
  maxExecutionSeconds: null,
  ...more,
});
const task = (key: string, more: Partial<Task> = {}): Task => ({
  id: `task_${key}`,
  key,
  description: `Do ${key}`,
  expectedOutput: "Text",
  agent: "a",
  context: null,
  tools: [],
  humanInput: false,
  maxExecutionSeconds: null,
  ...more,
});
const crewOf = (tasks: Task[], agents = [agent("a", { tools: ["calculator"] })]): CrewDefinition => ({
  name: "Test",
  process: "sequential",
  model: "local/one",
  egressHosts: [],
  scopes: null,
  privateData: false,
  memory: false,
  toolApprovals: [],
  toolCache: false,
  humanPolicy: null,
  maxExecutionSeconds: null,
  agents,
  tasks,
});

async function run(crew: CrewDefinition, turns: ScriptedTurn[], options: Partial<MemoryHostOptions> = {}) {
  const model = new ScriptedModel(turns);
  const host = new MemoryHost({ model: model.reply, ...options });
  const { output } = await runCrew(host, crew);
  host.end();
  return { output, host, prompts: model.requests.map((request) => request.messages[1]?.content ?? ""), requests: model.requests };
}

test("runs tasks in order, hands outputs on and tells of it in events", async () => {
  const { output, host, prompts } = await run(crewOf([task("one"), task("two"), task("three", { context: [] })]), [
    "First.",
    "Second.",
    '{"a":1}',
  ]);
  expect(output).toBe('{"a":1}');
  expect(prompts[1]).toContain("<earlier_outputs>\nFirst.\n</earlier_outputs>");
  expect(prompts[2]).not.toContain("earlier_outputs");
  expect([...host.journal.outputs.values()].map(({ position, json }) => [position, json])).toEqual([
    [0, null],
    [1, null],
    [2, { a: 1 }],
  ]);
  const perTask = [
    "task_started",
    "agent_execution_started",
    "llm_call_started",
    "llm_call_completed",
    "agent_execution_completed",
    "task_completed",
  ];
  expect(host.journal.events.map((event) => event.type)).toEqual(["crew_kickoff_started", ...perTask, ...perTask, ...perTask]);
  for (const event of host.journal.events) RUN_EVENT_DATA[event.type].parse(event.data);
});

test("joins all earlier outputs, or those that a task names, in its order", async () => {
  const { prompts } = await run(crewOf([task("one"), task("two"), task("three"), task("four", { context: ["two", "one"] })]), [
    "A",
    "B",
    "C",
    "D",
  ]);
  expect(prompts[2]).toContain("A\n\n----------\n\nB");
  expect(prompts[3]).toContain("B\n\n----------\n\nA");
  expect(prompts[3]).not.toContain("C\n");
});

test("fills placeholders in, fences long values off and shows people the plain text", async () => {
  const crew = crewOf([task("one", { description: "Read {text} about {topic}" })], [agent("a", { role: "{topic} expert" })]);
  const text = "Line one.\nLine two.";
  const { prompts, requests, host } = await run(crew, ["ok"], { inputs: { text, topic: "Solar" } });
  expect(requests[0]?.messages[0]?.content).toContain("You are Solar expert.");
  expect(prompts[0]).toContain('<input name="text">\nLine one.\nLine two.\n</input>');
  expect(prompts[0]).toContain("about Solar");
  expect(host.journal.events.find((event) => event.type === "task_started")?.data).toMatchObject({
    description: `Read ${text} about Solar`,
    agentRole: "Solar expert",
  });
});

test("offers the task's tools before the agent's, and documents only to who can read them", async () => {
  const crew = crewOf([task("one"), task("two", { tools: ["read_document"] })]);
  const { requests, prompts } = await run(crew, ["x"], { documents: [{ name: "a b.txt", text: "12345" }] });
  expect(requests.map((request) => request.tools.map((tool) => tool.name))).toEqual([["calculator"], ["read_document"]]);
  expect(prompts[0]).not.toContain("a b.txt");
  expect(prompts[1]).toContain('- "a b.txt" (5 characters)');
});

describe("fails before the first model call", () => {
  test.each([
    ["missing_inputs", crewOf([task("one", { description: "{gone}" })])],
    ["unknown_agent", crewOf([task("one", { agent: "b" })])],
    ["unknown_context", crewOf([task("one", { context: ["two"] }), task("two")])],
    ["unknown_tool", crewOf([task("one", { tools: ["nope"] })])],
  ])("%s", async (code, crew) => {
    const model = new ScriptedModel(["x"]);
    await expect(runCrew(new MemoryHost({ model: model.reply }), crew)).rejects.toMatchObject({ code });
    expect(model.requests).toEqual([]);
  });
});

test("a failed task leaves an event", async () => {
  const host = new MemoryHost({ model: new ScriptedModel([""]).reply });
  await expect(runCrew(host, crewOf([task("one")]))).rejects.toMatchObject({ code: "empty_answer" });
  host.end();
  expect(host.journal.events.at(-1)).toMatchObject({ type: "task_failed", data: { taskKey: "one", error: { code: "empty_answer" } } });
});

describe("a person's review", () => {
  const crew = crewOf([task("one", { humanInput: true })]);

  test("sends the draft back with feedback until it is approved", async () => {
    const { output, host, requests } = await run(crew, ["Draft.", "Better."], {
      person: (key) => (key.endsWith("review:1") ? { decision: "revise", feedback: "Shorter" } : { decision: "approve", feedback: "" }),
    });
    expect(output).toBe("Better.");
    expect(requests[1]?.messages.slice(2)).toEqual([
      { role: "assistant", content: "Draft." },
      { role: "user", content: expect.stringContaining("<feedback>\nShorter\n</feedback>") },
    ]);
    expect(host.asked.filter((key) => /model|review/.test(key))).toEqual([
      "task:1/turn:1/model",
      "task:1/review:1",
      "task:1/revision:1/turn:1/model",
      "task:1/review:2",
    ]);
  });

  test("is bounded, and may end the run", async () => {
    const endless = run(crew, ["x"], { person: () => ({ decision: "revise", feedback: "again" }) });
    await expect(endless).rejects.toMatchObject({ code: "too_many_revisions" });
    await expect(run(crew, ["x"], { person: () => ({ decision: "fail", feedback: "" }) })).rejects.toMatchObject({ code: "rejected" });
  });
});

describe("re-execution after a crash", () => {
  /** A model without memory, so that a repeated call would be answered alike: what it says follows from the request. */
  const modelOf = (script: readonly number[]) => (request: ModelRequest, key: string) => {
    const turn = Number(/turn:(\d+)/.exec(key)?.[1] ?? 1);
    const position = Number(/task:(\d+)/.exec(key)?.[1] ?? 1);
    const act = script[(position * 5 + turn) % script.length] ?? 0;
    if (request.tools.length === 0 || act === 0) return replyOf(`Answer of ${key}`, request);
    if (act === 5) return replyOf({ calls: [{ id: "bad", name: "nope", arguments: "{" }] }, request);
    if (act === 6) return replyOf("", request);
    return replyOf(
      {
        calls: Array.from({ length: act * 2 }, (_, at) => ({
          id: `c${at}`,
          name: "calculator",
          arguments: { expression: `${turn}+${at}` },
        })),
      },
      request,
    );
  };
  const crews = fc.record({
    tasks: fc.integer({ min: 1, max: 4 }),
    script: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 9 }),
    maxIterations: fc.integer({ min: 1, max: 6 }),
    reviewed: fc.boolean(),
  });

  test("asks the same keys in the same order, repeats no finished step and tells the same story", async () => {
    await fc.assert(
      fc.asyncProperty(crews, async ({ tasks, script, maxIterations, reviewed }) => {
        const crew = crewOf(
          Array.from({ length: tasks }, (_, at) => task(`t${at}`, { humanInput: reviewed && at === 0 })),
          [agent("a", { tools: ["calculator"], maxIterations })],
        );
        const person: MemoryHostOptions["person"] = (key) => ({ decision: key.endsWith(":1") ? "revise" : "approve", feedback: "more" });
        const attempt = async (options: Partial<MemoryHostOptions>) => {
          const host = new MemoryHost({ model: modelOf(script), person, ...options });
          const end = await runCrew(host, crew).then(
            ({ output }) => output,
            (error: { code?: string }) => {
              if (error instanceof SimulatedCrash) throw error;
              return `failed: ${error.code}`;
            },
          );
          host.end();
          return { end, host };
        };
        const whole = await attempt({});
        const commits = whole.host.journal.commits;
        for (let cut = 1; cut < commits; cut++) {
          const journal = new MemoryJournal();
          await expect(attempt({ journal, crashAfterCommits: cut })).rejects.toBeInstanceOf(SimulatedCrash);
          const done = new Set(journal.steps.keys());
          const again = await attempt({ journal });
          expect(again.end).toBe(whole.end);
          expect(again.host.asked).toEqual(whole.host.asked);
          expect(again.host.executed.filter((key) => done.has(key))).toEqual([]);
          expect(journal.events).toEqual(whole.host.journal.events);
        }
      }),
      { numRuns: 40 },
    );
  });
});
