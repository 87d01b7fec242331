import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import type { RunEvent } from "@crew/contracts/run-events";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createCrew } from "@crew/core/crews/create-crew";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { claimRuns, sweepRuns } from "@crew/core/runs/execute/worker-leases";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listOutputs } from "@crew/core/runs/list-outputs";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import type { EngineTool } from "@crew/engine/tool";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import type { FakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { type ModelHouse, openModelHouse } from "@crew/testing/open-model-house";
import type { TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let house: ModelHouse;
let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
beforeAll(async () => {
  house = await openModelHouse();
  ({ fake, system, ada: actor } = house);
});
afterAll(() => house?.[Symbol.asyncDispose]());
beforeEach(() => house.forget());

const ctx = () => house.as(actor);

async function start(crew: Partial<CrewInput> = {}): Promise<Run> {
  const { id } = await createCrew(ctx(), buildCrew({ model: "fake/fake-model", ...crew }));
  return startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [] });
}

/** A crew of one agent and one task. */
function onlyScout(over: Partial<CrewInput["agents"][number]>): Partial<CrewInput> {
  const { agents, tasks } = buildCrew();
  return { agents: agents.slice(0, 1).map((agent) => ({ ...agent, ...over })), tasks: tasks.slice(0, 1) };
}

async function eventsOf(run: Run): Promise<RunEvent[]> {
  return (await listRunEvents(ctx(), run.id, { after: 0, limit: 1000 })).data;
}

async function ledgerOf(run: Run) {
  return (await listLedger(ctx(), run.id, { limit: 100 })).data;
}

describe("a run", () => {
  test("goes from queue to outputs, every step told once and every call in the ledger", async () => {
    fake.setScript({ entries: [{ text: "Five facts" }, { text: "One page" }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({
      state: "succeeded",
      output: "One page",
      attempt: 1,
      error: null,
      progress: { stepsDone: 2, tasksDone: 2, tasksTotal: 2 },
    });
    const events = await eventsOf(run);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.map((event) => event.type)).toEqual([
      "run_queued",
      "crew_kickoff_started",
      ...["find", "write"].flatMap(() => [
        "task_started",
        "agent_execution_started",
        "llm_call_started",
        "llm_call_completed",
        "agent_execution_completed",
        "task_completed",
      ]),
      "crew_kickoff_completed",
    ]);
    expect((await listOutputs(ctx(), run.id)).data.map(({ taskKey, text }) => [taskKey, text])).toEqual([
      ["find", "Five facts"],
      ["write", "One page"],
    ]);
    expect((await ledgerOf(run)).map(({ outcome, provider, model }) => [outcome, provider, model])).toEqual([
      ["completed", "fake", "fake-model"],
      ["completed", "fake", "fake-model"],
    ]);
    expect(fake.journal).toHaveLength(2);
    expect(run.totals).toMatchObject({ modelCalls: 2, toolCalls: 0, costUsd: null });
    expect(run.totals.outputTokens).toBeGreaterThan(0);
  });

  test("calls tools and shows what they gave", async () => {
    fake.setScript({ entries: [{ toolCalls: [{ name: "calculator", arguments: { expression: "6*7" } }] }, { text: "It is 42" }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const crew = onlyScout({ tools: ["calculator"] });
    const run = await untilRun(system, actor, (await start(crew)).id);
    expect(run).toMatchObject({ state: "succeeded", output: "It is 42", totals: { modelCalls: 2, toolCalls: 1 } });
    const finished = (await eventsOf(run)).find((event) => event.type === "tool_usage_finished");
    expect(finished?.data.result).toContain("42");
    expect(JSON.stringify(fake.journal[1]?.messages)).toContain("42");
  });

  test("asks again after a cut stream, and the void attempt stays in the ledger", async () => {
    fake.setScript({ entries: [{ text: "lost words", fault: { type: "cut", afterChunks: 2 } }, { text: "whole" }, { text: "end" }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "succeeded", output: "end", totals: { modelCalls: 2 } });
    expect((await ledgerOf(run)).map(({ outcome }) => outcome)).toEqual(["truncated", "completed", "completed"]);
  });

  test("is charged by our own count where the provider does not say what a call took", async () => {
    fake.setScript({ defaults: { usage: null }, entries: [{ text: "Five facts, none of them counted" }, { text: "One page" }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start()).id);
    const [first] = await ledgerOf(run);
    expect(first).toMatchObject({ outcome: "completed", isEstimated: true, outputTokens: 9 });
    expect(first?.inputTokens).toBeGreaterThan(50);
    expect(run.totals.inputTokens).toBeGreaterThan(100);
  });

  test("fails at once with the provider's words when asking again is of no use", async () => {
    fake.setScript({ entries: [{ fault: { type: "status", status: 401, message: "no such key" } }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "model_rejected" } });
    expect(run.error?.message).toContain("no such key");
    expect(fake.journal).toHaveLength(1);
    expect((await eventsOf(run)).at(-1)?.type).toBe("crew_kickoff_failed");
  });
});

describe("a stop", () => {
  test("ends a run that nobody has taken yet", async () => {
    const { id } = await start();
    expect(await cancelRun(ctx(), id)).toMatchObject({ state: "cancelled" });
    expect((await eventsOf({ id } as Run)).at(-1)).toMatchObject({ type: "run_cancelled", data: { by: "Ada" } });
  });

  test("in mid-stream closes the provider's socket, and nothing is called afterwards", async () => {
    fake.setScript({ defaults: { tokens: 500, tokenDelayMs: 20 } });
    await using _worker = await startWorker(system, { capacity: 4 });
    const { id } = await start();
    await fake.waitForCalls(1);
    await cancelRun(ctx(), id);
    const run = await untilRun(system, actor, id);
    expect(run.state).toBe("cancelled");
    const [call] = await fake.waitForEnds(1);
    expect(call?.outcome).toBe("client_closed");
    expect(fake.journal).toHaveLength(1);
    expect((await ledgerOf(run)).map(({ outcome }) => outcome)).toEqual(["ambiguous"]);
    const events = await eventsOf(run);
    expect(events.filter((event) => event.type === "run_cancelled")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "run_cancelled", data: { by: "Ada" } });
  });
});

describe("the fence", () => {
  test("a worker that was overtaken writes nothing, and the other one repeats no finished call", async () => {
    fake.setScript({ entries: [{ text: "facts" }, { text: "slow", tokens: 100, tokenDelayMs: 30 }, { text: "page" }] });
    const { id } = await start();
    const execution = await executeUnleased(system);
    await fake.waitForCalls(2);
    // The claim's worker is unknown to the database, as a vanished one would be: the sweep takes the run from it.
    await sweepRuns(system);
    await using _worker = await startWorker(system, { capacity: 4 });
    await execution.done;
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "succeeded", output: "page", attempt: 2 });
    const events = await eventsOf(run);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.find((event) => event.type === "run_resumed")?.data).toMatchObject({ because: "worker_lost", atStep: 1 });
    expect(events.filter((event) => event.type === "attempt_restarted")).toHaveLength(1);
    expect((await ledgerOf(run)).map(({ stepKey, outcome }) => [stepKey.split("/")[0], outcome])).toEqual([
      ["task:1", "completed"],
      ["task:2", "ambiguous"],
      ["task:2", "completed"],
    ]);
    expect(run.totals.modelCalls).toBe(2);
  });

  test("a run whose worker is lost three times before a step is completed is given up with the reason", async () => {
    const { id } = await start();
    for (let i = 0; i < 3; i++) {
      expect(await claimRuns(system, randomUUID(), 10)).toHaveLength(1);
      await sweepRuns(system);
    }
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "failed", error: { code: "attempts_exhausted" }, attempt: 4 });
    expect(fake.journal).toHaveLength(0);
  });
});

describe("people", () => {
  const reviewed = () => {
    const { agents, tasks } = buildCrew();
    return { agents, tasks: tasks.map((task, i) => ({ ...task, humanInput: i === 0 })) };
  };

  test("a review parks the run without a worker; of two answers one wins", async () => {
    fake.setScript({ entries: [{ text: "draft" }, { text: "better" }, { text: "page" }] });
    await using _worker = await startWorker(system, { capacity: 1 });
    const { id } = await start(reviewed());
    await untilRun(system, actor, id, (run) => run.reason === "human_input");
    const open = async () => (await listApprovals(ctx(), id)).data.find((approval) => approval.decision === null);
    const first = await open();
    expect(first).toMatchObject({ kind: "human_input", taskKey: "find", output: "draft" });
    const answers = await Promise.allSettled(
      [1, 2].map(() => decideApproval(ctx(), first?.id ?? "", { decision: "revise", feedback: "shorter" })),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "conflict" } });
    await untilRun(system, actor, id, (run) => run.reason === "human_input");
    await decideApproval(ctx(), (await open())?.id ?? "", { decision: "approve", feedback: "" });
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "succeeded", output: "page", totals: { modelCalls: 3 } });
    expect(JSON.stringify(fake.journal[1]?.messages)).toContain("shorter");
    expect((await listOutputs(ctx(), id)).data[0]?.text).toBe("better");
  });

  test("an unsafe tool whose worker was lost is not begun again until a person has said what happened", async () => {
    let runs = 0;
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const send: EngineTool = {
      name: "send",
      class: "unsafe",
      description: "Sends",
      parameters: { type: "object", properties: {}, additionalProperties: true },
      run: async (_args, { signal }) => {
        runs++;
        begin();
        if (runs > 1) return "sent";
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("cut"))));
      },
    };
    await system.pool.query(
      "INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, 'send', 'builtin', 'unsafe', '', '{}') ON CONFLICT DO NOTHING",
      [randomUUID()],
    );
    fake.setScript({ entries: [{ toolCalls: [{ name: "send", arguments: { to: "x" } }] }, { text: "done" }] });
    const { id } = await start(onlyScout({ tools: ["send"] }));
    const execution = await executeUnleased(system, { tools: [send] });
    await begun;
    execution.die();
    await execution.done;
    await sweepRuns(system);
    await using worker = await startWorker(system, { capacity: 4, tools: [send] });
    expect(worker.id).not.toBe("");
    await untilRun(system, actor, id, (run) => run.reason === "needs_attention");
    expect(runs).toBe(1);
    const [question] = (await listApprovals(ctx(), id)).data;
    expect(question?.output).toContain('"to": "x"');
    await decideApproval(ctx(), question?.id ?? "", { decision: "happened", feedback: "It was sent." });
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "succeeded", output: "done" });
    expect(runs).toBe(1);
    expect(JSON.stringify(fake.journal[1]?.messages)).toContain("It was sent.");
  });
});

test("a drain lets the step in flight finish and hands the run back; nothing is repeated", async () => {
  fake.setScript({ entries: [{ text: "facts", tokens: 20, tokenDelayMs: 20 }, { text: "page" }] });
  const worker = await startWorker(system, { capacity: 4 });
  const { id } = await start();
  await fake.waitForCalls(1);
  await worker.drain();
  const between = await untilRun(system, actor, id, (run) => run.state === "queued");
  expect(between.progress.stepsDone).toBe(1);
  await using _next = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "succeeded", output: "page", attempt: 2 });
  expect(fake.journal).toHaveLength(2);
  expect((await eventsOf(run)).find((event) => event.type === "run_resumed")?.data).toMatchObject({ because: "drained", atStep: 1 });
});

test("waits between attempts do not begin their count anew: a provider that stays away ends the run", async () => {
  fake.setScript({ entries: [{ fault: { type: "status", status: 503, retryAfter: 60 }, times: 20 }] });
  await using _worker = await startWorker(system, { capacity: 4 });
  const { id } = await start();
  for (let wait = 1; wait <= 3; wait++) {
    await untilRun(system, actor, id, (run) => run.state === "waiting" && run.attempt === wait);
    await system.pool.query("UPDATE runs SET wake_at = now() WHERE state = 'waiting'");
  }
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "failed", error: { code: "model_server_error" }, attempt: 4 });
  expect(fake.journal).toHaveLength(4);
});
