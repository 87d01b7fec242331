import type { CallAttempt } from "@crew/contracts/runs";
import { expect, test } from "vitest";
import { ledgerGroups } from "./ledger-groups.ts";

const attempt = (stepKey: string, over: Partial<CallAttempt> = {}): CallAttempt => ({
  attemptId: `attempt_${stepKey}`,
  stepKey,
  provider: "local",
  model: "llama",
  outcome: "completed",
  failure: null,
  error: null,
  httpStatus: null,
  retryInMs: null,
  inputTokens: 100,
  outputTokens: 20,
  costUsd: "0.010",
  isEstimated: false,
  sentAt: "2026-11-22T10:00:00.000Z",
  endedAt: "2026-11-22T10:00:01.000Z",
  ...over,
});
const NOTHING = { inputTokens: null, outputTokens: null, costUsd: null };

test("attempts stand with their task; those that came to nothing count, and cost nothing", () => {
  const groups = ledgerGroups(
    [
      attempt("task:1/turn:1/model", { outcome: "failed", failure: "server_error", ...NOTHING }),
      attempt("task:1/turn:1/model"),
      attempt("task:2/turn:1/model", { costUsd: "0.0025", isEstimated: true, outcome: "ambiguous", failure: "aborted" }),
    ],
    [{ key: "find" }, { key: "write" }],
  );
  expect(groups.map(({ title, attempts, totals }) => [title, attempts.length, totals])).toEqual([
    ["find", 2, { failed: 1, inputTokens: 100, outputTokens: 20, costUsd: "0.010", isEstimated: false }],
    ["write", 1, { failed: 1, inputTokens: 100, outputTokens: 20, costUsd: "0.0025", isEstimated: true }],
  ]);
});

test("a price that nobody knows makes the sum unknown; what is still under way does not", () => {
  const [known] = ledgerGroups([attempt("chat/turn:1/model"), attempt("chat/turn:2/model", { outcome: "pending" })], []);
  expect(known).toMatchObject({ title: "Answer", totals: { costUsd: "0.010" } });
  const [unknown] = ledgerGroups([attempt("task:1/turn:1/model"), attempt("task:1/turn:2/model", { costUsd: null })], []);
  expect(unknown).toMatchObject({ title: "task:1", totals: { costUsd: null } });
});
