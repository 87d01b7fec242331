import type { RunEvent, RunEventData, RunEventType } from "@crew/contracts/run-events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advanceRun, type LiveInput } from "./live-run.ts";
import { EMPTY_LIVE_RUN, type LiveRunView, type LiveTurn } from "./live-run-view.ts";
import { type Delta, TopicCursor } from "./topic-cursor.ts";

type Moment = LiveInput;

class History {
  readonly moments: Moment[] = [];
  seq = 0;

  tell<T extends RunEventType>(type: T, data: RunEventData<T>, taskId: string | null = null): this {
    const seq = ++this.seq;
    const at = new Date(1_790_000_000_000 + seq * 1_000).toISOString();
    this.moments.push({
      event: { seq, type, at, runId: "run_a", taskId, agentId: null, data: data as Record<string, unknown> } as RunEvent,
    });
    return this;
  }

  write(callId: string, pieces: string[]): this {
    let offset = 0;
    for (const text of pieces) {
      this.moments.push({ delta: { callId, offset, text } });
      offset += text.length;
    }
    return this;
  }
}

function started(history: History, tasks: string[]): void {
  history.tell("run_queued", { startedBy: "Ada" });
  history.tell("crew_kickoff_started", { crewName: "Brief", tasks: tasks.map((key) => ({ key, agentKey: "scout", agentRole: "Scout" })) });
}

function taskStarted(history: History, taskKey: string): void {
  history.tell(
    "task_started",
    { taskKey, agentKey: "scout", agentRole: "Scout", description: "d", expectedOutput: "e" },
    `task_${taskKey}`,
  );
}

function completed(
  callId: string,
  stepKey: string,
  turn: number,
  text: string,
  costUsd: string | null = "0.01",
): RunEventData<"llm_call_completed"> {
  return {
    callId,
    stepKey,
    turn,
    text,
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 5 },
    costUsd,
    durationMs: 1_200,
  };
}

const allOf = (history: History): LiveRunView => advanceRun(EMPTY_LIVE_RUN, history.moments);
const turnsOf = (view: LiveRunView): LiveTurn[] => view.tasks.flatMap((task) => task.items.filter((item) => item.kind === "turn"));

describe("what a run's view says", () => {
  test("text in flight is seen, and the completed call replaces it", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    history.tell("llm_call_started", { callId: "c1", stepKey: "task:0/turn:1/model", turn: 1, model: "demo/x" }, "task_find");
    history.write("c1", ["Hel", "lo"]);
    expect(turnsOf(allOf(history))[0]).toMatchObject({ text: "Hello", state: "streaming" });
    history.tell("llm_call_completed", completed("c1", "task:0/turn:1/model", 1, "Hello."), "task_find");
    const view = allOf(history);
    expect(turnsOf(view)[0]).toMatchObject({ text: "Hello.", state: "done", costUsd: "0.01" });
    expect(view.totals).toEqual({ modelCalls: 1, toolCalls: 0, inputTokens: 10, outputTokens: 5, costUsd: "0.01" });
  });

  test("a cut attempt voids its text and stays told in the same turn", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    const step = "task:0/turn:1/model";
    history.tell("llm_call_started", { callId: "c1", stepKey: step, turn: 1, model: "m/x" }, "task_find").write("c1", ["Half a sen"]);
    history.tell("attempt_restarted", { callId: "c1", stepKey: step, outcome: "ambiguous" }, "task_find");
    expect(turnsOf(allOf(history))[0]).toMatchObject({ text: "", state: "retrying" });
    history.write("c1", ["late text of the dead call"]);
    history.tell("llm_call_started", { callId: "c2", stepKey: step, turn: 1, model: "m/x" }, "task_find").write("c2", ["Whole"]);
    const turns = turnsOf(allOf(history));
    expect(turns).toHaveLength(1);
    expect(turns[0]).toMatchObject({ text: "Whole", state: "streaming", retries: [{ callId: "c1", outcome: "ambiguous" }] });
  });

  test("a model that gave up is followed by another: what it said is no end", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    const step = { stepKey: "task:0/turn:1/model", turn: 1 };
    const error = { code: "server_error", message: "HTTP 503" };
    history.tell("llm_call_started", { callId: "c1", ...step, model: "a/one" }, "task_find");
    history.tell("llm_call_failed", { callId: "c1", ...step, outcome: "failed", error, httpStatus: 503, retryInMs: null }, "task_find");
    expect(turnsOf(allOf(history))[0]).toMatchObject({
      state: "failed",
      retries: [{ model: "a/one", failure: "server_error", isLast: true }],
    });
    history.tell("llm_fallback", { stepKey: step.stepKey, from: "a/one", to: "b/two", because: error.message }, "task_find");
    expect(turnsOf(allOf(history))[0]).toMatchObject({ state: "retrying", retries: [{ isLast: false, turnedTo: "b/two" }] });
    history.tell("provider_wait", { stepKey: step.stepKey, provider: "b", ms: 2_000, because: "requests" }, "task_find");
    history.tell("llm_call_started", { callId: "c2", ...step, model: "b/two" }, "task_find");
    const view = allOf(history);
    expect(turnsOf(view)).toMatchObject([{ model: "b/two", state: "streaming" }]);
    expect(view.tasks[0]?.items.map((item) => (item.kind === "note" ? item.note : item.kind))).toEqual(["provider_wait", "turn"]);
  });

  test("asked again after an interruption, a turn stands below the note of it", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    const call = { stepKey: "task:0/turn:1/model", turn: 1, model: "m/x" };
    history.tell("llm_call_started", { ...call, callId: "c1" }, "task_find").write("c1", ["Half"]);
    history.tell("run_resumed", { attempt: 2, atStep: 0, because: "worker_lost", afterMs: 2_000 });
    history.tell("attempt_restarted", { callId: "c1", stepKey: call.stepKey, outcome: "ambiguous" }, "task_find");
    history.tell("llm_call_started", { ...call, callId: "c2" }, "task_find").write("c2", ["Whole"]);
    const [note, turn] = allOf(history).tasks[0]?.items ?? [];
    expect(note).toMatchObject({ kind: "note", note: "resumed" });
    expect(turn).toMatchObject({ kind: "turn", text: "Whole", retries: [{ callId: "c1", isLast: false }] });
    history.tell("llm_call_completed", completed("c2", call.stepKey, 1, "Whole."), "task_find");
    expect(allOf(history).tasks[0]?.items[1]).toMatchObject({ text: "Whole.", state: "done" });
  });

  test("a wait names its reason, and the answer ends it", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    const question = { approvalId: "approval_a", kind: "human_input", taskKey: "find", message: "Is it right?", output: "Draft" };
    history.tell("human_feedback_requested", question, "task_find");
    history.tell("run_waiting", { reason: "human_input", until: null, detail: "Waits for a review." });
    expect(allOf(history)).toMatchObject({
      state: "waiting",
      waiting: { reason: "human_input" },
      approvals: [{ id: "approval_a", answer: null }],
    });
    expect(allOf(history).tasks[0]?.state).toBe("waiting");
    history.tell("human_feedback_received", { approvalId: "approval_a", outcome: "approve", feedback: "", by: "Ada" }, "task_find");
    history.tell("run_resumed", { attempt: 2, atStep: 1, because: "answered", afterMs: 40 });
    const view = allOf(history);
    expect(view).toMatchObject({ state: "running", waiting: null, approvals: [{ answer: { outcome: "approve", by: "Ada" } }] });
    expect(view.tasks[0]?.state).toBe("running");
  });

  test("a question that nobody answered is passed on, then answered by the crew's rule", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    const question = { approvalId: "approval_a", kind: "question", taskKey: "find", message: "Which?", output: "", choices: ["A", "B"] };
    history.tell("human_feedback_requested", question, "task_find");
    history.tell("run_waiting", { reason: "human_input", until: null, detail: "Which?" });
    history.tell("human_feedback_escalated", { approvalId: "approval_a", to: "boss@example.test" });
    expect(allOf(history)).toMatchObject({ state: "waiting", approvals: [{ choices: ["A", "B"], answer: null }] });
    history.tell("human_feedback_expired", { approvalId: "approval_a", action: "continue" }, "task_find");
    const view = allOf(history);
    expect(view).toMatchObject({ waiting: null, approvals: [{ answer: { outcome: "expired", by: "continue" } }] });
    expect(view.tasks[0]?.items.map((item) => "note" in item && item.note)).toContain("escalated");
  });

  test("nothing looks alive after a stop", () => {
    const history = new History();
    started(history, ["find", "write"]);
    taskStarted(history, "find");
    history.tell(
      "tool_usage_started",
      { toolCallId: "t1", stepKey: "s/tool:t1", tool: "http_get", class: "read", arguments: {} },
      "task_find",
    );
    history.tell("llm_call_started", { callId: "c1", stepKey: "s/model", turn: 2, model: "m/x" }, "task_find").write("c1", ["I was"]);
    history.tell("run_cancelled", { by: "Ada" });
    const view = allOf(history);
    expect(view).toMatchObject({ state: "cancelled", cancelledBy: "Ada" });
    expect(view.tasks.map((task) => task.state)).toEqual(["cancelled", "cancelled"]);
    expect(view.tasks[0]?.items.map((item) => "state" in item && item.state)).toEqual(["failed", "failed"]);
  });

  test("one unknown price makes the sum unknown", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    history.tell("llm_call_completed", completed("c1", "a", 1, "x", "0.1"), "task_find");
    history.tell("llm_call_completed", completed("c2", "b", 2, "y", "0.25"), "task_find");
    expect(allOf(history).totals.costUsd).toBe("0.35");
    history.tell("llm_call_completed", completed("c3", "c", 3, "z", null), "task_find");
    expect(allOf(history).totals.costUsd).toBeNull();
  });

  test("a chat's answer is one task without a key", () => {
    const history = new History();
    history.tell("run_queued", { startedBy: "Ada" });
    history.tell("conversation_turn_started", { conversationId: "conversation_a", messageId: "message_a", model: "demo/x" });
    history.tell("llm_call_started", { callId: "c1", stepKey: "turn:1/model", turn: 1, model: "demo/x" }).write("c1", ["Hi"]);
    history.write("c1/reasoning", ["Who ", "is it?"]);
    expect(allOf(history).tasks).toMatchObject([{ key: "", state: "running", items: [{ text: "Hi", reasoning: "Who is it?" }] }]);
  });

  test("what was not touched stays the same object", () => {
    const history = new History();
    started(history, ["find", "write"]);
    taskStarted(history, "find");
    history.tell("task_completed", { taskKey: "find", agentKey: "scout", output: "Found" }, "task_find");
    const before = allOf(history);
    taskStarted(history, "write");
    const after = advanceRun(before, history.moments.slice(-1));
    expect(after.tasks[0]).toBe(before.tasks[0]);
    expect(after.tasks[1]).not.toBe(before.tasks[1]);
    expect(before.tasks[1]?.state).toBe("pending");
    expect(advanceRun(after, history.moments)).toBe(after);
  });

  test("ten thousand events are read in linear time", () => {
    const history = new History();
    started(history, ["find"]);
    taskStarted(history, "find");
    for (let turn = 1; history.seq < 10_000; turn++) {
      history.tell("llm_call_started", { callId: `c${turn}`, stepKey: `s${turn}`, turn, model: "m/x" }, "task_find");
      history.tell("llm_call_completed", completed(`c${turn}`, `s${turn}`, turn, "x".repeat(200)), "task_find");
    }
    const before = performance.now();
    expect(allOf(history).seq).toBe(history.seq);
    // Quadratic copying takes many seconds here; linear about 30 ms.
    expect(performance.now() - before).toBeLessThan(1_500);
  });
});

const pieces = fc.array(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 5 });
const turnPlan = fc.record({
  cuts: fc.array(fc.record({ pieces, how: fc.constantFrom("attempt_restarted" as const, "llm_call_failed" as const) }), { maxLength: 2 }),
  pieces,
  thoughts: pieces,
  tool: fc.constantFrom("none", "works", "fails"),
  next: fc.constantFrom("on", "on", "resumed", "asked"),
});
const plan = fc.record({
  tasks: fc.array(fc.array(turnPlan, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  end: fc.constantFrom("completed", "failed", "cancelled", "open", "open"),
  keep: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
});

function historyOf({ tasks, end, keep }: typeof plan extends fc.Arbitrary<infer T> ? T : never): Moment[] {
  const history = new History();
  let calls = 0;
  const keys = tasks.map((_, index) => `t${index}`);
  started(history, keys);
  for (const [index, turns] of tasks.entries()) {
    const taskId = `task_t${index}`;
    taskStarted(history, `t${index}`);
    for (const [position, turn] of turns.entries()) {
      const stepKey = `task:${index}/turn:${position + 1}/model`;
      for (const cut of [...turn.cuts, undefined]) {
        const callId = `call_${++calls}`;
        history.tell("llm_call_started", { callId, stepKey, turn: position + 1, model: "m/x" }, taskId);
        history.write(`${callId}/reasoning`, turn.thoughts).write(callId, (cut ?? turn).pieces);
        const done = { ...completed(callId, stepKey, position + 1, turn.pieces.join("")), reasoning: turn.thoughts.join("") };
        if (cut === undefined) history.tell("llm_call_completed", done, taskId);
        else if (cut.how === "attempt_restarted") history.tell("attempt_restarted", { callId, stepKey, outcome: "truncated" }, taskId);
        else {
          const error = { code: "server_error", message: "503" };
          history.tell("llm_call_failed", { callId, stepKey, turn: position + 1, outcome: "failed", error, retryInMs: 100 }, taskId);
        }
      }
      const tool = { toolCallId: "x", stepKey: `task:${index}/turn:${position + 1}/tool:x`, tool: "http_get" };
      if (turn.tool !== "none") history.tell("tool_usage_started", { ...tool, class: "read", arguments: { url: "u" } }, taskId);
      if (turn.tool === "works") history.tell("tool_usage_finished", { ...tool, result: "r", durationMs: 3 }, taskId);
      if (turn.tool === "fails") history.tell("tool_usage_error", { ...tool, error: { code: "e", message: "m" }, durationMs: 3 }, taskId);
      if (turn.next === "resumed") history.tell("run_resumed", { attempt: 2, atStep: 1, because: "worker_lost", afterMs: 900 });
      if (turn.next === "asked") {
        const approvalId = `approval_${history.seq}`;
        history.tell(
          "human_feedback_requested",
          { approvalId, kind: "human_input", taskKey: `t${index}`, message: "?", output: "o" },
          taskId,
        );
        history.tell("run_waiting", { reason: "human_input", until: null, detail: "" });
        history.tell("human_feedback_received", { approvalId, outcome: "approve", feedback: "", by: "Ada" }, taskId);
      }
    }
    history.tell("task_completed", { taskKey: `t${index}`, agentKey: "scout", output: "o" }, taskId);
  }
  if (end !== "completed") cut(history, keep);
  if (end === "completed") history.tell("crew_kickoff_completed", { output: "o" });
  if (end === "failed") history.tell("crew_kickoff_failed", { error: { code: "e", message: "m" } });
  if (end === "cancelled") history.tell("run_cancelled", { by: "Ada" });
  return history.moments;
}

function cut(history: History, keep: number): void {
  history.moments.length = Math.max(2, Math.floor(keep * history.moments.length));
  history.seq = history.moments.filter((moment) => "event" in moment).length;
}

/** What a server says to one who subscribes now: the stored events after `seq`, then the whole text of each open call. */
function snapshot(sofar: Moment[], seq: number): Moment[] {
  const open = new Map<string, string>();
  for (const moment of sofar) {
    if ("delta" in moment) open.set(moment.delta.callId, (open.get(moment.delta.callId) ?? "") + moment.delta.text);
  }
  const events = sofar.filter((moment) => "event" in moment);
  for (const { event } of events)
    if (/completed|failed|restarted/.test(event.type))
      for (const stream of ["", "/reasoning"]) open.delete(`${event.data.callId}${stream}`);
  const deltas = [...open].map(([callId, text]) => ({ delta: { callId, offset: 0, text } }));
  return [...events.filter(({ event }) => event.seq > seq), ...deltas];
}

test("any interleaving, loss, duplication and reconnection of one history gives one view", () => {
  const fault = fc.constantFrom("none", "none", "none", "lost", "twice", "late", "again", "flush");
  fc.assert(
    fc.property(plan, fc.infiniteStream(fault), fc.boolean(), (given, faults, isGuarded) => {
      const moments = historyOf(given);
      const cursor = new TopicCursor(0);
      let view = EMPTY_LIVE_RUN;
      let batch: LiveInput[] = [];
      const late: Moment[] = [];
      const flush = () => {
        view = advanceRun(view, batch);
        batch = [];
      };
      const receive = (moment: Moment, sofar: Moment[]): void => {
        // Unguarded: the view alone must bear what comes twice or again.
        if (!isGuarded) {
          batch.push(moment);
          return;
        }
        const answer = "event" in moment ? cursor.event(moment.event) : cursor.delta(moment.delta);
        if ("take" in answer) batch.push("event" in moment ? { event: answer.take as RunEvent } : { delta: answer.take as Delta });
        if ("gap" in answer) for (const told of snapshot(sofar, cursor.seq)) receive(told, sofar);
      };
      moments.forEach((moment, position) => {
        const sofar = moments.slice(0, position + 1);
        const what = faults.next().value;
        if (isGuarded && what === "late") late.push(moment);
        else if (!isGuarded || what !== "lost") receive(moment, sofar);
        if (what === "twice") receive(moment, sofar);
        if (what === "again") for (const told of snapshot(sofar, isGuarded ? cursor.seq : 0)) receive(told, sofar);
        if (what === "flush") {
          for (const moved of late.splice(0)) receive(moved, sofar);
          flush();
        }
      });
      for (const told of snapshot(moments, cursor.seq)) receive(told, moments);
      for (const moved of late) receive(moved, moments);
      flush();
      expect(view).toEqual(advanceRun(EMPTY_LIVE_RUN, snapshot(moments, 0)));
      expect(view.seq).toBe(moments.filter((moment) => "event" in moment).length);
    }),
    { numRuns: 1_000 },
  );
});
