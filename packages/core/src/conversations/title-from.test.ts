import { expect, test } from "vitest";
import { titleFrom } from "./title-from.ts";

test.each([
  ["Mine", "Hello", "Mine"],
  ["New conversation", "  Hello   there\nand more", "Hello there"],
  ["New conversation", "word ".repeat(40), `${"word ".repeat(15).trim()}…`],
  ["New conversation", "x".repeat(200), `${"x".repeat(79)}…`],
])("%j and %j", (title, message, expected) => {
  expect(titleFrom(title, message)).toBe(expected);
  expect([...titleFrom(title, message)].length).toBeLessThanOrEqual(80);
});
