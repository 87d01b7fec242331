import { expect, test } from "vitest";
import { understandMessage } from "./understand-message.ts";

const TASKS = ["find", "write", "Tell-All"];

test.each([
  ["pause", "pause"],
  ["Please pause the run.", "pause"],
  ["hold", "pause"],
  ["resume", "resume"],
  ["Go on!", "resume"],
  ["continue this run please", "resume"],
  ["STOP", "stop"],
  ["cancel the run", "stop"],
] as const)("%j is a command", (text, kind) => {
  expect(understandMessage(text, TASKS)).toEqual({ kind });
});

test.each([
  ["skip task 3", "Tell-All"],
  ["Please skip the task #2.", "write"],
  ["skip task find", "find"],
  ['skip task "tell-all"', "Tell-All"],
  ["skip   task\n1 please", "find"],
])("%j skips %s", (text, taskKey) => {
  expect(understandMessage(text, TASKS)).toEqual({ kind: "skip", taskKey });
});

test.each([
  "use the other source",
  "Do not stop at the first source",
  "pause between the sentences",
  "You may skip the introduction",
  "stop quoting Wikipedia",
  "why did you skip task 3?",
])("%j is guidance: only a whole message is a command", (text) => {
  expect(understandMessage(text, TASKS)).toEqual({ kind: "guide" });
});

test.each(["skip task 0", "skip task 4", "skip task edit", "skip task 3 and use the other source"])(
  "%j names no task of the run and is refused with the names of those that there are",
  (text) => {
    expect(() => understandMessage(text, TASKS)).toThrow(/There is no task .* 1 find, 2 write, 3 Tell-All/);
  },
);
