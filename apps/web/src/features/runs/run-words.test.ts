import { expect, test } from "vitest";
import { costWords, failureAdvice, resumptionWords, waitWords } from "./run-words.ts";

const at = "2026-11-22T10:00:00.000Z";

test("a resumption says where it went on, after how long, and that nothing was repeated", () => {
  expect(resumptionWords({ attempt: 2, atStep: 4, because: "worker_lost", afterMs: 3_100, at })).toBe(
    "The worker was lost; continued at step 5 after 3.1 s; nothing that was finished was repeated.",
  );
  expect(resumptionWords({ attempt: 2, atStep: 4, because: "answered", afterMs: 40, at })).toBe("Continued after the answer.");
});

test("every wait says what to do", () => {
  for (const reason of ["human_input", "approval", "needs_attention", "budget", "provider_limit", "timer"] as const) {
    const words = waitWords({ reason, detail: "" });
    expect(words.title.length, reason).toBeGreaterThan(5);
    expect(words.advice, reason).toMatch(/\.$/);
  }
});

test("a demonstration costs nothing and says so; an unknown price is never zero", () => {
  expect([costWords("0.00", true), costWords("0.5", false), costWords(null, false)]).toEqual(["$0.00 demo", "$0.500", "unknown"]);
});

test("advice fits the failure", () => {
  expect(failureAdvice("model_rejected")).toContain("Settings");
  expect(failureAdvice("rate_limited")).toContain("later");
  expect(failureAdvice("")).toContain("readable below");
});
