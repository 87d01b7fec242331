import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonOutput } from "./parse-json-output.ts";
import { parseShallowJson } from "./parse-shallow-json.ts";
import { checkToolCalls } from "./tool-calls.ts";
import { httpPost } from "./tools/http-post.ts";

test("T-10 JSON that is nested 100,000 deep is refused wherever a model or a page may write it [ASVS 1.5.2]", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect(() => parseShallowJson(deep)).toThrow(SyntaxError);
    expect(parseJsonOutput(deep)).toBeNull();
    const { calls, needsRepair } = checkToolCalls(
      [{ id: "a", name: "http_post", arguments: `{"url":"x","body":{"b":${deep}}}` }],
      [httpPost],
    );
    expect([needsRepair, calls[0]?.runnable, calls[0]?.argumentsJson]).toEqual([true, null, "{}"]);
  }
});

test("everything else reads as JSON does", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
      const text = JSON.stringify(value);
      expect(parseShallowJson(text)).toEqual(JSON.parse(text));
    }),
  );
  const brackets = JSON.stringify({ text: '\\"[{'.repeat(500) });
  expect(parseShallowJson(brackets)).toEqual(JSON.parse(brackets));
  expect(parseShallowJson(`${"[".repeat(64)}${"]".repeat(64)}`)).toHaveLength(1);
  expect(() => parseShallowJson("{")).toThrow(SyntaxError);
});
