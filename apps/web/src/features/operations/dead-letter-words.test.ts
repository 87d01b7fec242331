import { DeadLetterCode } from "@crew/contracts/dead-letters";
import type { RunEvent } from "@crew/contracts/run-events";
import { expect, test } from "vitest";
import { CODE_WORDS, codeTitle, doingWords, lastWords, letterTitle } from "./dead-letter-words.ts";

test("every code that a letter may have says why it died and what helps", () => {
  expect(Object.keys(CODE_WORDS).toSorted()).toEqual([...DeadLetterCode.options].toSorted());
  expect(codeTitle("of_a_newer_version")).toBe("of_a_newer_version");
});

test("events read as sentences, also those that have none of their own", () => {
  const event = (type: string, data: object) => lastWords({ type, data } as unknown as RunEvent);
  expect(event("llm_call_failed", { error: { message: "no such key" } })).toBe("The model did not answer: no such key");
  expect(event("run_resumed", { because: "worker_lost", afterMs: 2_000 })).toBe("Taken up again after 2.0 s (worker lost)");
  expect(event("memory_save_completed", {})).toBe("Memory save completed");
});

test("a run says what it does, and where", () => {
  expect(doingWords("llm_call_started", "task:2/turn:3/model")).toBe("waits for the model, task 2, turn 3");
  expect(doingWords("run_queued", null)).toBe("begins");
});

test("a job is named by what it does", () => {
  expect(letterTitle({ title: "x", jobName: "invitation-mail" })).toBe("Mails of invitations");
  expect(letterTitle({ title: "Brief", jobName: null })).toBe("Brief");
});
