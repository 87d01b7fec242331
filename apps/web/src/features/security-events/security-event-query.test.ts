import { expect, test } from "vitest";
import { inOrderOfWeight, NO_SECURITY_FILTER, securityFilterOf } from "./security-event-query.ts";

test("an empty form asks for everything, a day for all of its hours", () => {
  expect(Object.values(securityFilterOf(NO_SECURITY_FILTER)).filter((value) => value !== undefined)).toEqual([]);
  const { from, to } = securityFilterOf({ ...NO_SECURITY_FILTER, severity: "critical", fromDay: "2026-03-28", toDay: "2026-03-28" });
  expect([23, 24, 25]).toContain((Date.parse(to ?? "") - Date.parse(from ?? "")) / 3_600_000);
});

test("the summary begins with what weighs most, then with what happened most", () => {
  const line = (kind: string, severity: "info" | "warning" | "critical", count: number) => ({ kind, severity, count, lastAt: "" });
  const lines = [line("a", "info", 90), line("b", "warning", 2), line("c", "critical", 1), line("d", "warning", 5)];
  expect(inOrderOfWeight(lines).map(({ kind }) => kind)).toEqual(["c", "d", "b", "a"]);
});
