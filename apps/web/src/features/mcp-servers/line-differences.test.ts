import { expect, test } from "vitest";
import { lineDifferences } from "./line-differences.ts";

const written = (before: string, after: string) =>
  lineDifferences(before, after).map(({ mark, text }) => `${{ same: " ", gone: "-", new: "+" }[mark]}${text}`);

test("what stays, what is gone and what is new", () => {
  expect(written("a\nb\nc", "a\nx\nc\nd")).toEqual([" a", "-b", "+x", " c", "+d"]);
  expect(written("same", "same")).toEqual([" same"]);
  expect(written("", "now")).toEqual(["-", "+now"]);
});

test("both texts can be put together again from any difference", () => {
  const texts = ["a\nb\na\nb", "b\na\nb\na\na", "x", "", "a\nb\nc\nd\ne\nf", "f\ne\nd\nc\nb\na"];
  for (const before of texts) {
    for (const after of texts) {
      const lines = lineDifferences(before, after);
      const side = (left: string) => lines.filter(({ mark }) => mark !== left).map(({ text }) => text);
      expect(side("new").join("\n")).toBe(before);
      expect(side("gone").join("\n")).toBe(after);
    }
  }
});

test("texts of many thousand lines take no table of all pairs", () => {
  const long = Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join("\n");
  expect(lineDifferences(long, "short")).toHaveLength(20_001);
});
