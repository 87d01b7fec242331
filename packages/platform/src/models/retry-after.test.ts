import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOW = Date.parse("2026-11-22T10:00:00Z");

test.each([
  { headers: { "retry-after": "3" }, ms: 3000 },
  { headers: { "retry-after": "0.5" }, ms: 500 },
  { headers: { "retry-after": "Sun, 22 Nov 2026 10:01:00 GMT" }, ms: 60_000 },
  { headers: { "retry-after": "Sun, 22 Nov 2026 09:00:00 GMT" }, ms: 0 },
  { headers: { "retry-after": "soon" }, ms: null },
  { headers: { "retry-after": "99999999999" }, ms: 86_400_000 },
  { headers: { "retry-after-ms": "250", "retry-after": "9" }, ms: 250 },
  { headers: { "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "0" }, ms: 360_000 },
  { headers: { "x-ratelimit-reset-requests": "20ms" }, ms: 20 },
  { headers: { "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "4" }, ms: null },
  { headers: { "anthropic-ratelimit-tokens-reset": "2026-11-22T10:00:30Z", "anthropic-ratelimit-tokens-remaining": "0" }, ms: 30_000 },
  { headers: {}, ms: null },
])("$headers", ({ headers, ms }) => {
  expect(retryAfterMs(headers, "", NOW)).toBe(ms);
});

test("Google says it in the body", () => {
  expect(retryAfterMs({}, '{"error":{"details":[{"retryDelay": "34s"}]}}', NOW)).toBe(34_000);
});
