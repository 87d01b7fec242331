import { expect, test } from "vitest";
import { attemptWords, deadlineWords, fallbackWords, leavesText, turnWords } from "./pace-words.ts";

test("an attempt tells why it came to nothing, in the provider's words, and whether its text is void", () => {
  const cut = { failure: "truncated", outcome: "truncated", message: "" };
  expect([attemptWords(cut), leavesText(cut)]).toEqual(["The answer was cut off before its end.", true]);
  const lost = { failure: null, outcome: "ambiguous", message: "" };
  expect(attemptWords(lost)).toMatch(/nobody knows whether the provider answered\.$/);
  const refused = { failure: "rejected", outcome: "failed", message: "HTTP 401: no." };
  expect([attemptWords(refused), leavesText(refused)]).toEqual(["The provider refused the request: HTTP 401: no.", false]);
});

test("a wait for the provider says why, and afterwards how long it was", () => {
  const wait = { provider: "openai", ms: 3_100, because: "requests" } as const;
  expect(turnWords(wait, false)).toBe("Waits for a turn at openai: its requests a minute are used up.");
  expect(turnWords({ ...wait, because: "told" }, true)).toBe("Waited 3.1 s for a turn at openai: it has asked to wait.");
});

test("another model and a limit of time are told in one sentence", () => {
  expect(fallbackWords({ from: "a/one", to: "b/two", because: "HTTP 503: away." })).toBe(
    "a/one could not answer, so b/two is asked in its place: HTTP 503: away.",
  );
  expect(deadlineWords({ scope: "task", seconds: 90 })).toBe("The task has used up the 1 m 30 s that it may take.");
});
