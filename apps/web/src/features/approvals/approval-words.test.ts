import { ApprovalDecision, ApprovalKind, DECISIONS_OF } from "@crew/contracts/approvals";
import { expect, test } from "vitest";
import { approvalWords, decidedWords, kindWords } from "./approval-words.ts";

test.each(ApprovalKind.options)("a question of the kind %s offers the answers that it takes, and no other", (kind) => {
  const words = approvalWords({ kind, taskKey: "send", call: null });
  expect(words.answers.length).toBeGreaterThan(1);
  expect(words.answers[0]?.variant).toBe("primary");
  const offered = [...words.answers.map(({ decision }) => decision), ...(words.edit ? (["edit"] as const) : [])];
  const taken: readonly string[] = DECISIONS_OF[kind];
  expect(offered.filter((decision) => !taken.includes(decision))).toEqual([]);
  // To reject a draft is to end the run; one button says it.
  expect(taken.filter((decision) => !(offered as string[]).includes(decision))).toEqual(kind === "human_input" ? ["fail"] : []);
  expect(kindWords(kind)).not.toBe(kind);
});

test("a call that leaves the house names the host", () => {
  const call = { tool: "http_post", class: "unsafe", arguments: {}, hash: "", host: "evil.example", taintedBy: [] } as const;
  expect(approvalWords({ kind: "tool_call", taskKey: null, call: { ...call, taintedBy: [] } }).title).toContain("evil.example");
});

test.each(ApprovalDecision.options)("what was decided is said in words: %s", (decision) => {
  expect(decidedWords({ decision, decidedBy: "Grace" })).not.toContain(` ${decision}.`);
});
