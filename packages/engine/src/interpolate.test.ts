import fc from "fast-check";
import { expect, test } from "vitest";
import { interpolate, placeholdersOf, placeholdersOfCrew, requireInputs } from "./interpolate.ts";

test("finds placeholders in order of appearance and leaves JSON braces alone", () => {
  expect(placeholdersOf('{b} {"a": 1} {a-1} {b} {1x} { c } {_d}')).toEqual(["b", "a-1", "_d"]);
});

test("reads agents before tasks", () => {
  const crew = {
    agents: [{ role: "{r}", goal: "{g}", backstory: "{r}" }],
    tasks: [{ description: "{d} {g}", expectedOutput: "{e}" }],
  };
  expect(placeholdersOfCrew(crew)).toEqual(["r", "g", "d", "e"]);
  expect(() => requireInputs(crew, { r: 1, e: "" })).toThrow(
    expect.objectContaining({ code: "missing_inputs", message: expect.stringContaining("{g}, {d}") }),
  );
});

test("fills in any JSON and does not read values again", () => {
  const inputs = { a: "{b}", b: [1, { c: null }], n: 1.5, t: true, z: null };
  expect(interpolate("{a} {b} {n} {t} {z}", inputs)).toBe('{b} [1,{"c":null}] 1.5 true null');
});

test("does not take inherited names for inputs", () => {
  expect(() => interpolate("{constructor}", {})).toThrow(expect.objectContaining({ code: "missing_inputs" }));
});

test("keeps every text without placeholders and every value as it is", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, value) => {
      fc.pre(placeholdersOf(before).length === 0 && placeholdersOf(`${before}{x}`).length === 1);
      expect(interpolate(`${before}{x}`, { x: value })).toBe(before + value);
    }),
  );
});
