import type { TopicHandlers } from "@crew/client/live-subscription";
import type { LiveSocket } from "@crew/client/open-live-socket";
import type { RunEvent } from "@crew/contracts/run-events";
import { expect, test } from "vitest";
import { LiveRunStore } from "./live-run-store.ts";

const eventOf = (seq: number, type: RunEvent["type"] = "run_queued", data: RunEvent["data"] = { startedBy: "Ada" }): RunEvent => ({
  seq,
  type,
  at: "2026-01-01T00:00:00.000Z",
  runId: "run_a",
  taskId: null,
  agentId: null,
  data,
});

function history(count: number): RunEvent[] {
  return Array.from({ length: count }, (_, index) => eventOf(index + 1));
}

class HandSocket implements LiveSocket {
  readonly status = "ready";
  handlers: TopicHandlers & { after?: number } = {};
  subscribe(_topic: string, handlers: TopicHandlers & { after?: number }): () => void {
    this.handlers = handlers;
    return () => {
      this.handlers = {};
    };
  }
  wake(): void {}
  close(): void {}
}

test("reads every page of what is stored, several at once, and draws it whole", async () => {
  const stored = history(2_500);
  const asked: number[] = [];
  const store = new LiveRunStore({
    read: async (after, limit) => {
      asked.push(after);
      return stored.slice(after, after + limit);
    },
  });
  const drawn: number[] = [];
  store.subscribe(() => drawn.push(store.snapshot().view.seq));
  await store.load();
  expect(asked).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
  expect(drawn).toEqual([2_500]);
  expect(store.snapshot()).toMatchObject({ phase: "following", error: null });
});

test("after a failure it goes on where it was", async () => {
  const stored = history(1_500);
  const asked: number[] = [];
  let isUp = true;
  const store = new LiveRunStore({
    read: async (after, limit) => {
      asked.push(after);
      if (!isUp) throw new Error("down");
      isUp = false;
      return stored.slice(after, after + limit);
    },
  });
  await store.load();
  expect(store.snapshot()).toMatchObject({ phase: "failed", view: { seq: 1_000 } });
  isUp = true;
  asked.length = 0;
  await store.load();
  expect(asked[0]).toBe(1_000);
  expect(store.snapshot()).toMatchObject({ phase: "following", view: { seq: 1_500 } });
});

test("the socket continues after the last stored event, and one frame draws all that came in it", async () => {
  const frames: (() => void)[] = [];
  const store = new LiveRunStore({ read: async (after) => history(3).slice(after) }, (draw) => frames.push(draw));
  await store.load();
  const socket = new HandSocket();
  store.follow(socket, "run:run_a");
  expect(socket.handlers.after).toBe(3);
  let draws = 0;
  store.subscribe(() => draws++);
  socket.handlers.onEvent?.(eventOf(4, "conversation_turn_started", { conversationId: "c", messageId: "m", model: "demo/x" }));
  socket.handlers.onEvent?.(eventOf(5, "llm_call_started", { callId: "c1", stepKey: "s", turn: 1, model: "demo/x" }));
  socket.handlers.onDelta?.({ callId: "c1", offset: 0, text: "Hel" });
  socket.handlers.onDelta?.({ callId: "c1", offset: 3, text: "lo" });
  expect(draws).toBe(0);
  for (const frame of frames.splice(0)) frame();
  expect(draws).toBe(1);
  expect(store.snapshot().view.tasks[0]?.items[0]).toMatchObject({ text: "Hello" });
  expect(store.snapshot().events).toHaveLength(5);
});
