import { ApprovalKind } from "@crew/contracts/approvals";
import { expect, test } from "vitest";
import { approvalWords } from "./approval-words.ts";

test.each(ApprovalKind.options)("a question of the kind %s has answers of its own", (kind) => {
  const words = approvalWords({ kind, taskKey: "send", call: null });
  expect(words.answers.length).toBeGreaterThan(1);
  expect(words.answers[0]?.variant).toBe("primary");
});

test("a call that leaves the house names the host", () => {
  const call = { tool: "http_post", class: "unsafe", arguments: {}, hash: "", host: "evil.example", taintedBy: [] } as const;
  expect(approvalWords({ kind: "tool_call", taskKey: null, call: { ...call, taintedBy: [] } }).title).toContain("evil.example");
});
