import type { RunEvent } from "@crew/contracts/run-events";
import { expect, test } from "vitest";
import { TopicCursor } from "./topic-cursor.ts";

const event = (runId: string, seq: number) => ({ runId, seq, type: "task_started", data: {} }) as unknown as RunEvent;

test("a run's events come once, in order; a hole is told", () => {
  const cursor = new TopicCursor(3);
  expect(cursor.event(event("run_a", 3))).toEqual({ drop: true });
  expect(cursor.event(event("run_a", 5))).toEqual({ gap: true });
  expect(cursor.event(event("run_a", 4))).toHaveProperty("take.seq", 4);
  expect(cursor.event(event("run_a", 4))).toEqual({ drop: true });
  expect(cursor.seq).toBe(4);
});

test("thinking has offsets of its own, and ends with its call", () => {
  const cursor = new TopicCursor(0);
  const thought = { callId: "call_1/reasoning", offset: 0, text: "Hm, " };
  expect(cursor.delta(thought)).toEqual({ take: thought });
  expect(cursor.delta({ callId: "call_1", offset: 0, text: "Yes" })).toHaveProperty("take.text", "Yes");
  expect(cursor.delta({ ...thought, text: "Hm, well" })).toEqual({ take: { ...thought, offset: 4, text: "well" } });
  const end = { ...event("run_a", 1), type: "llm_call_completed", data: { callId: "call_1" } } as RunEvent;
  expect(cursor.event(end)).toHaveProperty("take");
  expect(cursor.delta({ ...thought, offset: 8, text: " late" })).toEqual({ drop: true });
});

test("a conversation's runs are each numbered from 1", () => {
  const cursor = new TopicCursor(0);
  for (const seq of [1, 2, 3]) expect(cursor.event(event("run_a", seq))).toHaveProperty("take.seq", seq);
  expect(cursor.event(event("run_b", 1))).toHaveProperty("take.seq", 1);
  expect(cursor.event(event("run_b", 3))).toEqual({ gap: true });
  expect(cursor.event(event("run_a", 3))).toEqual({ drop: true });
});
