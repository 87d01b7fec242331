import { expect, test } from "vitest";
import { limitIssues, limitsOf, limitsWords, limitTexts, slowedWords } from "./provider-limits.ts";

const limits = { requestsPerMinute: 60, tokensPerMinute: 90_000, maxConcurrent: null };

test("limits are written and read as people write numbers", () => {
  expect(limitsOf(limitTexts(limits))).toEqual(limits);
  expect(limitsOf({ requestsPerMinute: " 1,000 ", tokensPerMinute: "", maxConcurrent: "many" })).toEqual({
    requestsPerMinute: 1_000,
    tokensPerMinute: null,
    maxConcurrent: Number.NaN,
  });
  const wrong = "Write a whole number from 1 on, or nothing.";
  expect(limitIssues({ requestsPerMinute: "lots", tokensPerMinute: "0", maxConcurrent: "" })).toEqual({
    requestsPerMinute: wrong,
    tokensPerMinute: wrong,
  });
  expect(limitIssues(limitTexts(limits))).toEqual({});
  expect(limitsWords(limits)).toBe("60 requests a minute · 90,000 tokens a minute");
  expect(limitsWords({ ...limits, requestsPerMinute: null, tokensPerMinute: null })).toBe("");
});

test("a key that is slower than its limit says so, with the reason", () => {
  const pace = { requestsPerMinute: 28, closedUntil: null };
  expect(slowedWords({ pace, requestsPerMinute: 60 })).toBe("slowed to 28 of 60 requests a minute after a refusal");
  expect(slowedWords({ pace, requestsPerMinute: null })).toBe("slowed to 28 requests a minute after a refusal");
  expect(slowedWords({ pace: { ...pace, requestsPerMinute: 60 }, requestsPerMinute: 60 })).toBeNull();
  expect(slowedWords({ pace: null, requestsPerMinute: null })).toBeNull();
});
