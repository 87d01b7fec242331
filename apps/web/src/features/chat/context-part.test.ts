import type { Message } from "@crew/contracts/conversations";
import { expect, test } from "vitest";
import { type ContextPart, contextOf, fileNamesOf, percentOf, tokensOf } from "./context-part.ts";

const context: ContextPart = {
  type: "context",
  budget: 5_400,
  instructions: 300,
  facts: 40,
  summary: 200,
  messages: 2_000,
  files: 160,
  whole: 12,
  summarized: 30,
  omitted: 0,
};
const withParts = (parts: Message["parts"]) => ({ parts }) as Message;

test("the meter is the sum of the shares in the budget, and never more than full", () => {
  expect(tokensOf(context)).toBe(2_700);
  expect(percentOf(context)).toBe(50);
  expect(percentOf({ ...context, messages: 90_000 })).toBe(100);
});

test("an answer of before has no context; one without a summary says so", () => {
  expect(contextOf(withParts([]))).toBeNull();
  expect(contextOf(undefined)).toBeNull();
  expect(contextOf(withParts([context]))).toEqual({ context, summary: null });
});

test("a message names its files", () => {
  expect(fileNamesOf(withParts([{ type: "file", name: "a.md", characters: 3 }, context]))).toEqual(["a.md"]);
});
