import { describe, expect, test } from "vitest";
import { ModelCallError, type ModelFailure } from "../../system.ts";
import { isWorthAnotherModel, MAX_REFUSED_MS, planRetry } from "./retry-policy.ts";

const HISTORY = { earlier: 0, refusedForMs: 0, endsInMs: null };
const middle = () => 0.5;
const error = (failure: ModelFailure, detail: { status?: number; retryAfterMs?: number } = {}) => new ModelCallError(failure, "no", detail);

test.each<[ModelFailure, number[]]>([
  ["connection", [1_000, 2_000, 4_000, 8_000, 16_000]],
  ["server_error", [1_000, 2_000, 4_000]],
  ["silent", [500]],
  ["truncated", [500]],
  ["malformed", [500]],
  ["rejected", []],
  ["aborted", []],
])("%s is asked again after %j, then no more", (failure, delays) => {
  const plans = [...delays, 0].map((_, earlier) => planRetry(error(failure), { ...HISTORY, earlier }, middle));
  expect(plans).toEqual([...delays.map((delayMs) => ({ delayMs })), { giveUp: "enough" }]);
});

test("waits differ by a fifth, and grow to a minute at most", () => {
  expect(planRetry(error("connection"), HISTORY, () => 0)).toEqual({ delayMs: 800 });
  expect(planRetry(error("connection"), HISTORY, () => 1)).toEqual({ delayMs: 1_200 });
  expect(planRetry(error("rate_limited"), { ...HISTORY, earlier: 40 }, middle)).toEqual({ delayMs: 60_000 });
});

describe("a refusal for now", () => {
  test("is waited for as told, however often", () => {
    const told = error("rate_limited", { status: 429, retryAfterMs: 7_000 });
    expect(planRetry(told, { ...HISTORY, earlier: 500 })).toEqual({ delayMs: 7_000 });
  });

  test("is bounded by the run's deadline, and without one by a day from the first", () => {
    const told = error("rate_limited", { status: 429, retryAfterMs: 7_000 });
    expect(planRetry(told, { ...HISTORY, endsInMs: 7_000 })).toEqual({ giveUp: "too_late" });
    expect(planRetry(told, { ...HISTORY, endsInMs: 7_001, refusedForMs: 2 * MAX_REFUSED_MS })).toEqual({ delayMs: 7_000 });
    expect(planRetry(told, { ...HISTORY, refusedForMs: MAX_REFUSED_MS - 6_999 })).toEqual({ giveUp: "too_long" });
  });
});

test("no wait goes beyond the deadline; a provider that fails may ask for a quarter of an hour at most", () => {
  expect(planRetry(error("server_error"), { ...HISTORY, endsInMs: 900 }, middle)).toEqual({ giveUp: "too_late" });
  expect(planRetry(error("server_error", { retryAfterMs: 900_000 }), HISTORY)).toEqual({ delayMs: 900_000 });
  expect(planRetry(error("server_error", { retryAfterMs: 900_001 }), HISTORY)).toEqual({ giveUp: "enough" });
});

test("another model is asked for what is the provider's or the key's fault, not for a request that is at fault itself", () => {
  const worth = (failure: ModelFailure, status?: number) => isWorthAnotherModel(error(failure, status === undefined ? {} : { status }));
  expect((["connection", "rate_limited", "server_error", "silent", "truncated", "malformed"] as const).map((f) => worth(f))).not.toContain(
    false,
  );
  expect([401, 402, 403, 404, 429].map((status) => worth("rejected", status))).not.toContain(false);
  expect([400, 413, 422, undefined].map((status) => worth("rejected", status))).not.toContain(true);
  expect(worth("aborted")).toBe(false);
});
