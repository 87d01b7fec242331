import { expect, test } from "vitest";
import { keptBy, readKeepRules } from "./keep-rules.ts";

const hours = (count: number, from = "2026-11-30T12:00:00Z") =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(from) - index * 3_600_000));
const kept = (rules: string, moments: Date[]) =>
  [...keptBy(readKeepRules(rules) ?? [], moments)].map((at) => at.toISOString().slice(0, 13)).toSorted();

test("rules are read as they are written, and nothing else is", () => {
  expect(readKeepRules("7 daily, 4 weekly,6  monthly")).toEqual([
    { count: 7, unit: "daily" },
    { count: 4, unit: "weekly" },
    { count: 6, unit: "monthly" },
  ]);
  for (const wrong of ["", "7", "daily", "0 daily", "7 days", "7 daily;", "-1 last", "7 daily, "])
    expect(readKeepRules(wrong), wrong).toBeUndefined();
});

test("of each period the newest is kept, of so many periods that have one", () => {
  expect(kept("3 last", hours(10))).toEqual(["2026-11-30T10", "2026-11-30T11", "2026-11-30T12"]);
  expect(kept("3 daily", hours(24 * 30))).toEqual(["2026-11-28T23", "2026-11-29T23", "2026-11-30T12"]);
  // Monday is the 30th.
  expect(kept("3 weekly", hours(24 * 60))).toEqual(["2026-11-22T23", "2026-11-29T23", "2026-11-30T12"]);
  expect(kept("2 daily, 2 monthly", hours(24 * 60))).toEqual(["2026-10-31T23", "2026-11-29T23", "2026-11-30T12"]);
  // Days without a backup do not use up the rule.
  const rare = ["2026-11-30", "2026-11-20", "2026-10-01", "2025-01-01"].map((day) => new Date(`${day}T05:00:00Z`));
  expect(kept("3 daily", rare)).toEqual(["2026-10-01T05", "2026-11-20T05", "2026-11-30T05"]);
});

test("the newest is always kept, whatever there is", () => {
  expect(keptBy([], hours(3)).size).toBe(1);
  expect(keptBy([{ count: 1, unit: "yearly" }], []).size).toBe(0);
});
