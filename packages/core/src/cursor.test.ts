import { expect, test } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, pageFrom } from "./cursor.ts";

const Key = z.tuple([z.string(), z.int()]);
const CREW = "crew_01jd2q3n8vf0s8k3m6q1x7w9yz";

test("gives back the key that it was made of", () => {
  expect(decodeCursor(encodeCursor(["ä/+", 3]), Key)).toEqual(["ä/+", 3]);
  expect(decodeCursor(encodeCursor([CREW]), 1)).toEqual([CREW]);
  expect(decodeCursor(undefined, Key)).toEqual([]);
  expect(encodeCursor(["ä/+?", 3])).toMatch(/^[A-Za-z0-9_-]+$/);
});

test.each(["", "x", "%%%", encodeCursor(["a"]), encodeCursor(["a", "b"]), encodeCursor([])])("refuses %j", (cursor) => {
  expect(() => decodeCursor(cursor, Key)).toThrow(expect.objectContaining({ code: "invalid" }));
  expect(() => decodeCursor(cursor, 1)).toThrow(expect.objectContaining({ code: "invalid" }));
});

test("has a next page only when one more than asked for was found", () => {
  const page = (found: number[]) => pageFrom(found, 2, (item) => [item]);
  expect(page([])).toEqual({ data: [], nextCursor: null });
  expect(page([1, 2])).toEqual({ data: [1, 2], nextCursor: null });
  expect(page([1, 2, 3])).toEqual({ data: [1, 2], nextCursor: encodeCursor([2]) });
});
