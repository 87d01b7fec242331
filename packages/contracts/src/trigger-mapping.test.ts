import { expect, test } from "vitest";
import { mapPayload, TriggerMapping } from "./trigger-mapping.ts";

const payload = { data: { title: "Wind", "odd name": { deep: [1, { x: null }] } }, list: ["a", "b"], empty: "" };
const map = (inputs: Record<string, unknown>) => mapPayload(TriggerMapping.parse({ inputs }), payload);

test("paths reach into the payload, anything else is a constant", () => {
  expect(
    map({
      a: "$.data.title",
      b: "$.list[1]",
      c: '$.data["odd name"].deep[0]',
      d: "plain",
      e: "$$5 a month",
      f: 7,
      g: "$.empty",
      h: "$.list",
    }).inputs,
  ).toEqual({ a: "Wind", b: "b", c: 1, d: "plain", e: "$5 a month", f: 7, g: "", h: ["a", "b"] });
  expect(map({ all: "$" }).inputs).toEqual({ all: payload });
});

test("what the payload does not have is missing, also what objects inherit and what is null", () => {
  const paths = [
    "$.nothing",
    "$.data.title.length",
    "$.constructor",
    "$.__proto__",
    "$.list.length",
    '$.data["odd name"].deep[1].x',
    "$.list[2]",
  ];
  for (const path of paths) expect(map({ a: path }), path).toEqual({ inputs: {}, missing: [{ input: "a", path }] });
});

test.each(["$x", "$.", "$.a..b", "$.a[b]", "$.a[-1]", "$[", '$["a]', "$.a b"])("%s is no path", (path) => {
  expect(TriggerMapping.safeParse({ inputs: { a: path } }).success).toBe(false);
});
