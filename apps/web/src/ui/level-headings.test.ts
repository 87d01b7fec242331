import { expect, test } from "vitest";
import { levelHeadings } from "./level-headings.ts";

function depths(...given: number[]): (number | undefined)[] {
  const headings = given.map((depth) => ({ type: "heading", depth }));
  levelHeadings()({ type: "root", children: [{ type: "paragraph" }, { type: "blockquote", children: headings }] });
  return headings.map((heading) => heading.depth);
}

test("the highest heading of a text comes below the card's", () => {
  expect(depths(1, 2, 2, 3)).toEqual([3, 4, 4, 5]);
  expect(depths(2, 3)).toEqual([3, 4]);
});

test("no level is skipped and none lies below the sixth", () => {
  expect(depths(1, 4, 2)).toEqual([3, 4, 4]);
  expect(depths(3, 1)).toEqual([3, 3]);
  expect(depths(1, 2, 3, 4, 5, 6)).toEqual([3, 4, 5, 6, 6, 6]);
});

test("a text without headings stays as it is", () => {
  expect(depths()).toEqual([]);
});
