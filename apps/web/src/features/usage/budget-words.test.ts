import { expect, test } from "vitest";
import { actionWords, amountWords, forecastWords, limitWords, whoseWords } from "./budget-words.ts";

const month = { measure: "usd", limit: "25", period: "month", periodEnd: "2026-12-01T00:00:00.000Z" } as const;
const use = { subjectId: "crew_1", subjectName: "Brief", settled: "10", reserved: "0", remaining: "15", forecast: null, reachedAt: null };

test("amounts are said in their measure", () => {
  expect(amountWords("usd", "25")).toBe("$25.00");
  expect(amountWords("usd", "0.5")).toBe("$0.50");
  expect(amountWords("usd", "0.1234")).toBe("$0.123");
  expect(amountWords("tokens", "20000")).toBe("20,000 tokens");
  expect(amountWords("calls", "1")).toBe("1 call");
  expect(amountWords("minutes", "2.345")).toBe("2.3 minutes");
  expect(limitWords(month)).toBe("$25.00 a month");
  expect(limitWords({ ...month, period: "total" })).toBe("$25.00 in all");
});

test("whose calls count is said, also of a subject that is gone", () => {
  expect(whoseWords({ scope: "run", subjectId: null, subjectName: null })).toBe("Each run");
  expect(whoseWords({ scope: "api_key", subjectId: null, subjectName: null })).toBe("Each API key");
  expect(whoseWords({ scope: "crew", subjectId: "crew_1", subjectName: "Brief" })).toBe("Crew “Brief”");
  expect(whoseWords({ scope: "user", subjectId: "user_1", subjectName: null })).toBe("Person “that is gone”");
  expect(actionWords({ action: "park", period: "total" })).toContain("until it is raised");
});

test("the pace is told until the limit is reached", () => {
  expect(forecastWords(month, { ...use, forecast: "20.5" })).toBe("At this pace $20.50 by the end of the month. It starts anew on Dec 1.");
  expect(forecastWords(month, { ...use, forecast: "40", reachedAt: "2026-11-20T10:00:00.000Z" })).toBe(
    "At this pace it is used up on Nov 20.",
  );
  expect(forecastWords(month, { ...use, settled: "25" })).toBe("Used up. It starts anew on Dec 1.");
  expect(forecastWords({ ...month, period: "total", periodEnd: null }, use)).toBe("");
});
