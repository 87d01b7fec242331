import type { Message } from "@crew/contracts/conversations";
import fc from "fast-check";
import { expect, test } from "vitest";
import { beforeEdit, branchWith, mergeMessages, openDrafts, titleOf } from "./draft-messages.ts";

const message = (seq: number, more: Partial<Message> = {}): Message => ({
  id: `message_${seq}`,
  conversationId: "conversation_a",
  seq,
  parentId: seq > 1 ? `message_${seq - 1}` : null,
  versionIds: [`message_${seq}`],
  parts: [],
  role: seq % 2 === 1 ? "user" : "assistant",
  content: `text ${seq}`,
  state: "complete",
  runId: null,
  clientMessageId: seq % 2 === 1 ? `client-${seq}` : null,
  error: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  ...more,
});

test("any order of arrival shows each message once, by number", () => {
  const all = Array.from({ length: 8 }, (_, index) => message(index + 1));
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all), { minLength: 1, maxLength: 40 }), fc.nat(10), (arrivals, cut) => {
      const merged = mergeMessages(mergeMessages([], arrivals.slice(0, cut)), arrivals.slice(cut));
      expect(merged.map(({ seq }) => seq)).toEqual([...new Set(arrivals.map(({ seq }) => seq))].sort((a, b) => a - b));
    }),
  );
});

test("an older answer that arrives late does not undo the end of a message", () => {
  const done = message(2, { content: "The answer." });
  const pending = message(2, { state: "pending", content: "" });
  expect(mergeMessages([done], [pending])[0]?.content).toBe("The answer.");
  expect(mergeMessages([pending], [done])[0]?.state).toBe("complete");
});

test("a draft gives way to its message, whoever brings it", () => {
  const drafts = ["client-1", "client-9"].map((clientMessageId) => ({
    clientMessageId,
    content: "x",
    attachments: [],
    state: "failed" as const,
    error: null,
  }));
  expect(openDrafts(drafts, [message(1)]).map((draft) => draft.clientMessageId)).toEqual(["client-9"]);
});

test("a conversation is named after its first line, cut at a word", () => {
  expect(titleOf("  Hello there\nsecond line")).toBe("Hello there");
  expect(titleOf("word ".repeat(30))).toMatch(/^(word ){11}word…$/);
  expect(titleOf("x".repeat(100))).toBe(`${"x".repeat(60)}…`);
  expect(titleOf("\n")).toBe("New conversation");
});

test("a message that follows an earlier one begins another branch there", () => {
  const read = [4, 3, 2, 1].map((seq) => message(seq));
  const ids = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
  expect(ids(branchWith(read, [message(6), message(5)]))).toEqual([1, 2, 3, 4, 5, 6]);
  const other = message(5, { role: "assistant", parentId: "message_1", versionIds: ["message_2", "message_5"] });
  expect(ids(branchWith(read, [other]))).toEqual([1, 5]);
  expect(branchWith(read, [{ ...other, state: "pending" }, other]).at(-1)?.state).toBe("complete");
  const anew = message(7, { parentId: null });
  expect(ids(branchWith(read, [other, message(8), anew]))).toEqual([7, 8]);
  expect(ids(branchWith(read, [message(9)]))).toEqual([1, 2, 3, 4, 9]);
});

test("an edited message on its way stands where the old one was", () => {
  const branch = [1, 2, 3, 4].map((seq) => message(seq));
  const draft = { clientMessageId: "d", content: "Other", attachments: [], state: "sending" as const, error: null };
  expect(beforeEdit(branch, [draft])).toHaveLength(4);
  expect(beforeEdit(branch, [{ ...draft, parentId: "message_2" }])).toHaveLength(2);
  expect(beforeEdit(branch, [{ ...draft, parentId: null }])).toHaveLength(0);
});
