import { expect, test } from "vitest";
import { deadlineWords } from "./deadline-words.ts";

const NOW = Date.parse("2026-11-30T10:00:00.000Z");
const asked = (over: object = {}) => ({
  kind: "human_input",
  deadlineAt: "2026-11-30T12:30:00.000Z",
  onDeadline: "fail",
  escalatedAt: null,
  ...over,
});

test("how long there is, and what follows then", () => {
  expect(deadlineWords(asked(), NOW)).toMatch(/^Within 2 h 30 min, by .+; then the run fails\.$/);
  expect(deadlineWords(asked({ deadlineAt: null }), NOW)).toBeNull();
  expect(deadlineWords(asked({ deadlineAt: "2026-11-30T09:59:59.000Z" }), NOW)).toBe("Its time is over; the run fails.");
  expect(deadlineWords(asked({ deadlineAt: "2026-12-05T10:00:00.000Z" }), NOW)).toContain("Within 5 days");
});

test("silence lets no tool run, whatever the rule", () => {
  for (const onDeadline of ["continue", "answer"])
    expect(deadlineWords(asked({ kind: "tool_call", onDeadline }), NOW)).toContain("the call is refused");
});

test("an escalation asks somebody else once, and then fails", () => {
  expect(deadlineWords(asked({ onDeadline: "escalate" }), NOW)).toContain("somebody else is asked too");
  expect(deadlineWords(asked({ onDeadline: "escalate", escalatedAt: "2026-11-30T09:00:00.000Z" }), NOW)).toContain("the run fails");
});
