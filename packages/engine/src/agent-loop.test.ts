import { describe, expect, test } from "vitest";
import { runAgentLoop } from "./agent-loop.ts";
import { MemoryHost } from "./memory-host.ts";
import { ScriptedModel, type ScriptedTurn } from "./scripted-model.ts";
import type { EngineTool } from "./tool.ts";
import { calculator } from "./tools/calculator.ts";
import { currentTime } from "./tools/current-time.ts";

const sum = (id: string, expression = "1+1") => ({ id, name: "calculator", arguments: { expression } });

async function loop(turns: ScriptedTurn[], options: { tools?: EngineTool[]; maxIterations?: number } = {}) {
  const model = new ScriptedModel(turns);
  const host = new MemoryHost({ model: model.reply });
  const work = {
    host,
    at: "task:1",
    place: {},
    model: "local/test",
    messages: [{ role: "user" as const, content: "Do it." }],
    tools: options.tools ?? [calculator, currentTime],
    fallbackModels: [],
    maxIterations: options.maxIterations ?? 25,
    taintedBy: [],
  };
  const outcome = await runAgentLoop(work).then(
    (answer) => ({ text: answer.text, code: undefined }),
    (error: { code?: string }) => ({ text: undefined, code: error.code }),
  );
  return { ...outcome, host, requests: model.requests, keys: host.asked };
}

test("calls tools, hands their results back and answers", async () => {
  const { text, requests, keys } = await loop([{ calls: [sum("call_a", "2*3"), sum("call_b", "1/0")] }, "It is 6."]);
  expect(text).toBe("It is 6.");
  expect(keys).toEqual(["task:1/turn:1/model", "task:1/turn:1/tool:call_a", "task:1/turn:1/tool:call_b", "task:1/turn:2/model"]);
  expect(requests[0]?.tools.map((tool) => tool.name)).toEqual(["calculator", "current_time"]);
  expect(requests[1]?.messages.slice(1)).toEqual([
    { role: "assistant", content: "", toolCalls: [expect.objectContaining({ id: "call_a" }), expect.objectContaining({ id: "call_b" })] },
    { role: "tool", toolCallId: "call_a", toolName: "calculator", content: "2*3 = 6" },
    { role: "tool", toolCallId: "call_b", toolName: "calculator", content: expect.stringContaining("division by zero"), isError: true },
  ]);
});

describe("faulty calls", () => {
  test("go back to the model, which may repair them", async () => {
    const bad = { calls: [{ id: "a", name: "calculator", arguments: "{oops" }] };
    const { text, host, requests } = await loop([bad, bad, { calls: [sum("c")] }, "2"]);
    expect(text).toBe("2");
    expect(host.executed.filter((key) => key.includes("tool:"))).toEqual(["task:1/turn:3/tool:c"]);
    expect(requests[1]?.messages.at(-1)).toMatchObject({ role: "tool", isError: true });
    expect(requests[1]?.messages.at(-2)).toMatchObject({ toolCalls: [{ arguments: "{}" }] });
  });

  test("end the run after two repair turns", async () => {
    const { code, requests } = await loop([{ calls: [{ id: "a", name: "nope", arguments: {} }] }]);
    expect(code).toBe("bad_tool_calls");
    expect(requests).toHaveLength(3);
  });

  test("of one call keep the others of its turn from running", async () => {
    const { text, host } = await loop([{ calls: [sum("a"), sum("a")] }, "done"]);
    expect(text).toBe("done");
    expect(host.executed).toEqual(["task:1/turn:1/model", "task:1/turn:2/model"]);
  });
});

describe("loops", () => {
  test("of one call get a forced final answer", async () => {
    const { text, host, requests } = await loop([{ calls: [sum("a")] }, { calls: [sum("a")] }, { calls: [sum("a")] }, "Fine: 2."]);
    expect(text).toBe("Fine: 2.");
    expect(host.executed.filter((key) => key.includes("tool:"))).toHaveLength(2);
    expect(requests[3]?.tools).toEqual([]);
  });

  test("end the run when the final answer does not come", async () => {
    const { code, requests } = await loop([{ calls: [sum("a")] }]);
    expect(code).toBe("tool_loop");
    expect(requests).toHaveLength(4);
  });

  test("of two calls in turn are seen after four rounds", async () => {
    const turns = Array.from({ length: 20 }, (_, at) => ({ calls: [sum("a", at % 2 === 0 ? "1" : "2")] }));
    const { code, requests, host } = await loop(turns);
    expect(code).toBe("tool_loop");
    expect(requests).toHaveLength(9);
    expect(host.executed.filter((key) => key.includes("tool:"))).toHaveLength(7);
  });
});

describe("limits", () => {
  const endless: ScriptedTurn = (request) => (request.tools.length > 0 ? { calls: [sum("a", `${request.messages.length}+1`)] } : "Final.");

  test.each([1, 2, 5, 25])("with %i model calls the last one has no tools", async (maxIterations) => {
    const { text, requests } = await loop([endless], { maxIterations });
    expect(text).toBe("Final.");
    expect(requests.map((request) => request.tools.length > 0)).toEqual([...Array(maxIterations - 1).fill(true), false]);
  });

  test("T-25 a model that calls tools where it has none stops with its limit, named", async () => {
    const { code, requests } = await loop([(request) => ({ calls: [sum("a", `${request.messages.length}`)] })], { maxIterations: 3 });
    expect(code).toBe("max_iterations");
    expect(requests).toHaveLength(3);
  });

  test("an empty answer is asked again once", async () => {
    expect(await loop(["  ", "There."])).toMatchObject({ text: "There." });
    const failed = await loop([""]);
    expect(failed).toMatchObject({ code: "empty_answer" });
    expect(failed.requests).toHaveLength(2);
  });

  test("an answer that was cut is carried on and joined", async () => {
    const cut = (text: string) => ({ text, finishReason: "length" as const });
    expect(await loop([cut("One, "), cut("two, "), "three."])).toMatchObject({ text: "One, two, three." });
    const endlessText = await loop([cut("x")]);
    expect(endlessText.requests).toHaveLength(4);
    expect(endlessText.text).toMatch(/^xxxx\n\n\[.*length limit/);
  });

  test("a refusal ends the run with the model's words", async () => {
    expect(await loop([{ text: "No.", finishReason: "refused" }])).toMatchObject({ code: "model_refused" });
  });

  test("a long tool result is cut", async () => {
    const long: EngineTool = { ...calculator, run: async () => "x".repeat(100_000) };
    const { requests } = await loop([{ calls: [sum("a")] }, "ok"], { tools: [long] });
    expect(requests[1]?.messages.at(-1)?.content.length).toBeLessThan(61_000);
  });
});
