import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schemaProblems } from "./json-schema-check.ts";
import { endsInLoop } from "./loop-detector.ts";
import { parseJsonOutput } from "./parse-json-output.ts";
import { runInOrder } from "./run-in-order.ts";
import { checkToolCalls } from "./tool-calls.ts";
import { calculator } from "./tools/calculator.ts";
import { currentTime } from "./tools/current-time.ts";

const tools = [calculator, currentTime];
const call = (id: string, name = "calculator", args = '{"expression":"1+1"}') => ({ id, name, arguments: args });

describe("checking calls", () => {
  test("lets good calls run under keys made of their ids", () => {
    const { calls, needsRepair } = checkToolCalls([call("call_a"), call("x/y z", "current_time", "")], tools);
    expect(needsRepair).toBe(false);
    expect(calls.map((one) => [one.id, one.keyPart, one.runnable?.args])).toEqual([
      ["call_a", "call_a", { expression: "1+1" }],
      ["x/y z", "x_y_z", {}],
    ]);
  });

  test.each([
    ["an unknown tool", call("a", "rm"), /no tool "rm".*calculator, current_time/],
    ["malformed arguments", call("a", "calculator", '{"expression": '), /not a JSON object/],
    ["arguments that are no object", call("a", "calculator", "[1]"), /not a JSON object/],
    ["a missing argument", call("a", "calculator", "{}"), /"expression" is missing/],
    ["an unknown argument", call("a", "calculator", '{"expression":"1","x":1}'), /"x" is not known/],
    ["a wrong type", call("a", "calculator", '{"expression":1}'), /must be a string/],
  ])("runs nothing in a turn with %s", (_, bad, message) => {
    const { calls, needsRepair } = checkToolCalls([call("good"), bad], tools);
    expect(needsRepair).toBe(true);
    expect(calls.every((one) => one.refusal !== null)).toBe(true);
    expect(calls[1]?.refusal).toMatch(message);
    expect(() => JSON.parse(calls[1]?.argumentsJson ?? "")).not.toThrow();
  });

  test("gives calls with the same id ids of their own and runs none", () => {
    const { calls, needsRepair } = checkToolCalls([call("a"), call("a"), call("a_2")], tools);
    expect(needsRepair).toBe(true);
    expect(new Set(calls.map((one) => one.id)).size).toBe(3);
  });

  test("refuses what is beyond sixteen calls and runs the rest", () => {
    const { calls, needsRepair } = checkToolCalls(
      Array.from({ length: 18 }, (_, at) => call(`c${at}`)),
      tools,
    );
    expect(needsRepair).toBe(false);
    expect(calls.filter((one) => one.refusal === null)).toHaveLength(16);
    expect(calls[17]?.refusal).toMatch(/at most 16/);
  });

  test("makes unique keys for any ids", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 16 }), (ids) => {
        const { calls } = checkToolCalls(
          ids.map((id) => call(id)),
          tools,
        );
        expect(new Set(calls.map((one) => one.keyPart)).size).toBe(ids.length);
        expect(new Set(calls.map((one) => one.id)).size).toBe(ids.length);
        for (const one of calls) expect(one.keyPart).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
  });
});

test("the schema check knows the subset it is made for", () => {
  const schema = {
    type: "object",
    properties: {
      n: { type: "integer", minimum: 1, maximum: 3 },
      s: { enum: ["a", "b"] },
      l: { type: "array", items: { type: "string", maxLength: 2 } },
    },
    required: ["n"],
    additionalProperties: false,
  } as const;
  expect(schemaProblems(schema, { n: 2, s: "a", l: ["x"] })).toEqual([]);
  expect(schemaProblems(schema, { n: 4 })).toEqual(['"n" must be at most 3']);
  expect(schemaProblems(schema, { n: 1.5 })).toEqual(['"n" must be an integer']);
  expect(schemaProblems(schema, { n: 1, s: "c", l: ["xyz"] })).toHaveLength(2);
  expect(schemaProblems(schema, { n: 1, constructor: 1 })).toHaveLength(1);
  expect(schemaProblems(schema, [])).toEqual(["the arguments must be an object"]);
});

test("a loop is the same call three times in a row, or a pattern four times", () => {
  expect(endsInLoop(["a", "a"])).toBe(false);
  expect(endsInLoop(["b", "a", "a", "a"])).toBe(true);
  expect(endsInLoop([..."abababa"])).toBe(false);
  expect(endsInLoop([..."abababab"])).toBe(true);
  expect(endsInLoop([..."xabcabcabcabc"])).toBe(true);
  expect(endsInLoop([..."abcdefgh"])).toBe(false);
});

test("reads JSON alone and in one fenced block, and takes prose for prose", () => {
  expect(parseJsonOutput(' {"a":1} ')).toEqual({ a: 1 });
  expect(parseJsonOutput("Here:\n```json\n[1, 2]\n```\nDone.")).toEqual([1, 2]);
  expect(parseJsonOutput("```\n{}\n```")).toEqual({});
  expect(parseJsonOutput("```json\n{}\n```\n```json\n[]\n```")).toBeNull();
  expect(parseJsonOutput("```js\n[1]\n```")).toBeNull();
  for (const text of ["42", '"word"', "[not json]", "", "{"]) expect(parseJsonOutput(text)).toBeNull();
});

test("starts in order, never more than the limit at once, and waits for what has started", async () => {
  const started: number[] = [];
  let [now, most, ended] = [0, 0, 0];
  const work = async (item: number) => {
    started.push(item);
    most = Math.max(most, ++now);
    for (let tick = 0; tick < (item * 7) % 5; tick++) await Promise.resolve();
    now -= 1;
    ended += 1;
    if (item === 6) throw new Error("six");
    return item;
  };
  await expect(runInOrder([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 4, work)).rejects.toThrow("six");
  expect(started).toEqual(started.map((_, at) => at + 1));
  expect(started.length).toBeLessThan(16);
  expect(most).toBe(4);
  expect(ended).toBe(started.length);
});
