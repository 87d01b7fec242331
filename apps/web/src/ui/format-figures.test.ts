import { expect, test } from "vitest";
import { formatDuration, formatElapsed, formatShortCount, formatUsd } from "./format-figures.ts";

test.each([
  [0, "0 ms"],
  [840, "840 ms"],
  [3_060, "3.1 s"],
  [9_960, "10 s"],
  [59_600, "1 m 00 s"],
  [125_000, "2 m 05 s"],
  [3_599_700, "1 h 00 m"],
  [3_840_000, "1 h 04 m"],
  [183_600_000, "2 d 3 h"],
])("%i ms reads %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

test("a ticking clock shows whole seconds and never counts down below zero", () => {
  expect([formatElapsed(-50), formatElapsed(59_990), formatElapsed(61_200)]).toEqual(["0 s", "59 s", "1 m 01 s"]);
});

test("an unknown price is not zero, and a small one is not rounded away", () => {
  expect([null, "0", "0.00", "0.00001", "0.0042", "0.1234", "12.5"].map(formatUsd)).toEqual([
    "unknown",
    "$0.00",
    "$0.00",
    "< $0.0001",
    "$0.0042",
    "$0.123",
    "$12.50",
  ]);
});

test("large counts are short", () => {
  expect([formatShortCount(999), formatShortCount(1_234)]).toEqual(["999", "1.2K"]);
});
