import { expect, test } from "vitest";
import { auditFilterOf, NO_FILTER } from "./audit-query.ts";

test("an empty form asks for everything", () => {
  expect(Object.values(auditFilterOf(NO_FILTER)).filter((value) => value !== undefined)).toEqual([]);
});

test("the last day is in it, to its end", () => {
  const filter = auditFilterOf({ ...NO_FILTER, fromDay: "2026-03-28", toDay: "2026-03-28" });
  const hours = (Date.parse(filter.to ?? "") - Date.parse(filter.from ?? "")) / 3_600_000;
  // 23 or 25 where a clock is changed that night.
  expect([23, 24, 25]).toContain(hours);
});
