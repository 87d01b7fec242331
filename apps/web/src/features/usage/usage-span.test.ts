import { expect, test } from "vitest";
import { daysOf, dayWords, spanOf } from "./usage-span.ts";

const now = new Date("2026-03-01T23:30:00-08:00");

test("spans are whole days of UTC, whatever the clock of the reader", () => {
  expect(spanOf("today", now)).toEqual({ from: "2026-03-02T00:00:00.000Z", to: "2026-03-03T00:00:00.000Z" });
  expect(spanOf("month", now)).toEqual({ from: "2026-03-01T00:00:00.000Z", to: "2026-03-03T00:00:00.000Z" });
  expect(spanOf("last_month", now)).toEqual({ from: "2026-02-01T00:00:00.000Z", to: "2026-03-01T00:00:00.000Z" });
  expect(daysOf(spanOf("week", now))).toHaveLength(7);
  expect(daysOf(spanOf("last_month", now)).at(-1)).toBe("2026-02-28");
  expect(dayWords("2026-02-28")).toBe("Feb 28");
});
