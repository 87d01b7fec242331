import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createCrew } from "@crew/core/crews/create-crew";
import { listDeadLetters } from "@crew/core/dead-letters/list-dead-letters";
import { redriveDeadLetter } from "@crew/core/dead-letters/redrive-dead-letter";
import { sweepRuns } from "@crew/core/runs/execute/worker-leases";
import { getRun } from "@crew/core/runs/get-run";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listOutputs } from "@crew/core/runs/list-outputs";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import type { EngineTool } from "@crew/engine/tool";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.setScript({});
  fake.clearJournal();
  actor = await createActor(system);
});

const ctx = () => ({ ...system, actor });
const letters = async () => (await listDeadLetters(ctx(), { limit: 25 })).data;
const eventsOf = async (runId: string) => (await listRunEvents(ctx(), runId, { after: 0, limit: 1000 })).data;
const ledgerOf = async (runId: string) =>
  (await listLedger(ctx(), runId, { limit: 100 })).data.map(({ stepKey, outcome }) => [stepKey, outcome]);

async function start(crew: Partial<CrewInput> = {}): Promise<string> {
  const { id } = await createCrew(ctx(), buildCrew({ model: "fake/fake-model", ...crew }));
  return (await startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [] })).id;
}

const reject = { fault: { type: "status", status: 401, message: "no such key" } } as const;

test("a run that its provider refused goes on where it stopped once that is mended, and pays for nothing twice", async () => {
  fake.setScript({ entries: [{ text: "Five facts" }, reject, { text: "One page" }] });
  await using _worker = await startWorker(system, { capacity: 4 });
  const old = await untilRun(system, actor, await start());
  expect(old).toMatchObject({ state: "failed", error: { code: "model_rejected" }, totals: { modelCalls: 1 } });
  const [letter] = await letters();
  expect(letter).toMatchObject({
    runId: old.id,
    crewId: old.crewId,
    title: old.crewName,
    code: "model_rejected",
    attempts: 1,
    state: "open",
  });
  expect(letter?.message).toContain("no such key");

  const { redrivenRunId } = await redriveDeadLetter(ctx(), letter?.id ?? "");
  const run = await untilRun(system, actor, redrivenRunId ?? "");
  expect(run).toMatchObject({
    state: "succeeded",
    output: "One page",
    totals: { modelCalls: 1 },
    progress: { stepsDone: 2, tasksDone: 2, tasksTotal: 2 },
  });
  // Three calls in all: the facts, the refused one, and the page.
  expect(fake.journal).toHaveLength(3);
  expect(JSON.stringify(fake.journal[2]?.messages)).toContain("Five facts");
  expect((await listOutputs(ctx(), run.id)).data.map(({ taskKey, text }) => [taskKey, text])).toEqual([
    ["find", "Five facts"],
    ["write", "One page"],
  ]);
  expect([await ledgerOf(old.id), await ledgerOf(run.id)].map((rows) => rows.map(([, outcome]) => outcome))).toEqual([
    ["completed", "failed"],
    ["completed"],
  ]);

  const [before, after] = [await eventsOf(old.id), await eventsOf(run.id)];
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, i) => i + 1));
  const at = after.findIndex(({ type }) => type === "run_resumed");
  // Up to there it reads as the old one does, without its end.
  expect(after.slice(0, at).map(({ type, at }) => [type, at])).toEqual(
    before.filter(({ type }) => type !== "crew_kickoff_failed" && type !== "task_failed").map(({ type, at }) => [type, at]),
  );
  expect(after[at]?.data).toMatchObject({ because: "redriven", atStep: 1 });
  expect(after.filter(({ type }) => type === "task_completed")).toHaveLength(2);
  expect(after.at(-1)?.type).toBe("crew_kickoff_completed");
});

test("a redriven run that fails again is a letter of its own, and can be redriven too", async () => {
  fake.setScript({ entries: [{ text: "Five facts" }, reject, reject, { text: "One page" }] });
  await using _worker = await startWorker(system, { capacity: 4 });
  await untilRun(system, actor, await start());
  const second = await redriveDeadLetter(ctx(), (await letters())[0]?.id ?? "");
  await untilRun(system, actor, second.redrivenRunId ?? "");
  expect((await letters()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ["open", 2],
    ["redriven", 1],
  ]);
  const third = await redriveDeadLetter(ctx(), (await letters())[0]?.id ?? "");
  const run = await untilRun(system, actor, third.redrivenRunId ?? "");
  expect(run).toMatchObject({ state: "succeeded", attempt: 3 });
  expect(fake.journal).toHaveLength(4);
  expect((await eventsOf(run.id)).filter(({ type }) => type === "run_resumed").map(({ data }) => data.because)).toEqual([
    "redriven",
    "redriven",
  ]);
});

test("what the crew itself has decided is no dead letter, nor a chat's answer that failed", async () => {
  fake.setScript({ defaults: { toolCalls: [{ name: "no_such_tool", arguments: {} }] } });
  await using _worker = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, await start());
  expect(run.state).toBe("failed");
  expect(run.error?.code).not.toMatch(/^model_|internal/);
  expect(await letters()).toEqual([]);
});

/** A tool that never comes back, on a worker that is lost meanwhile. Returns what it was called with. */
async function loseWorkerIn(tool: EngineTool, begun: Promise<void>): Promise<void> {
  const execution = await executeUnleased(system, { tools: [tool] });
  await begun;
  execution.die();
  await execution.done;
  // As if it had been lost for the third time.
  await system.pool.query("UPDATE runs SET fruitless_attempts = 3 WHERE state = 'running'");
  await sweepRuns(system);
}

function toolOf(name: "send" | "put", kind: EngineTool["class"], keys: string[], begin: () => void): EngineTool {
  return {
    name,
    class: kind,
    description: "Acts",
    parameters: { type: "object", properties: {}, additionalProperties: true },
    run: async (_args, { signal, idempotencyKey }) => {
      keys.push(idempotencyKey);
      begin();
      if (keys.length > 1) return "done by the second";
      return new Promise((_, refuse) => signal.addEventListener("abort", () => refuse(new Error("cut"))));
    },
  };
}

test.each(["idempotent", "unsafe"] as const)("of what was begun, an %s call is after a redrive what its class says", async (kind) => {
  const keys: string[] = [];
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const name = kind === "unsafe" ? "send" : "put";
  const tool = toolOf(name, kind, keys, begin);
  await system.pool.query("INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, $2, 'builtin', $3, '', '{}')", [
    randomUUID(),
    name,
    kind,
  ]);
  fake.setScript({ entries: [{ toolCalls: [{ name, arguments: { to: "x" } }] }, { text: "done" }] });
  const { agents, tasks } = buildCrew();
  const runId = await start({ agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: [name] })), tasks: tasks.slice(0, 1) });
  await loseWorkerIn(tool, begun);
  await using _worker = await startWorker(system, { capacity: 4, tools: [tool] });
  expect(await untilRun(system, actor, runId)).toMatchObject({ state: "failed", error: { code: "attempts_exhausted" } });
  const [letter] = await letters();
  expect(letter).toMatchObject({ code: "attempts_exhausted", attempts: 2 });
  const { redrivenRunId } = await redriveDeadLetter(ctx(), letter?.id ?? "");
  if (kind === "unsafe") {
    await untilRun(system, actor, redrivenRunId ?? "", ({ reason }) => reason === "needs_attention");
    const [question] = (await listApprovals(ctx(), redrivenRunId ?? "")).data;
    await decideApproval(ctx(), question?.id ?? "", { decision: "happened", feedback: "It was sent." });
  }
  expect(await untilRun(system, actor, redrivenRunId ?? "")).toMatchObject({
    state: "succeeded",
    output: "done",
    totals: { modelCalls: 1 },
  });
  expect(keys).toEqual(kind === "unsafe" ? [keys[0]] : [keys[0], keys[0]]);
  expect(keys[0]).toContain(runId);
  expect(fake.journal).toHaveLength(2);
  expect((await getRun(ctx(), redrivenRunId ?? "")).attempt).toBeGreaterThan(2);
});

test("a run whose workers are lost three times tells which, and its open call counts as one that nobody knows of", async () => {
  fake.setScript({ defaults: { tokens: 500, tokenDelayMs: 20 } });
  const runId = await start();
  for (let i = 0; i < 3; i++) {
    const id = randomUUID();
    await system.pool.query(
      "INSERT INTO workers (id, lock_key, host, pid, capacity, started_at, heartbeat_at) VALUES ($1, $2, 'a-host', $3, 1, now(), now())",
      [id, 100 + i, 4000 + i],
    );
    const lost = await executeUnleased(system, { workerId: id });
    await fake.waitForCalls(i + 1);
    lost.die();
    await lost.done;
    await sweepRuns(system);
  }
  await using _worker = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, runId);
  expect(run).toMatchObject({ state: "failed", error: { code: "attempts_exhausted" } });
  expect((await ledgerOf(runId)).map(([, outcome]) => outcome)).toEqual(["ambiguous", "ambiguous", "ambiguous"]);
  const { rows } = await system.pool.query("SELECT detail FROM dead_letters ORDER BY created_at DESC LIMIT 1");
  expect(rows[0]?.detail).toEqual({
    worker: { host: expect.any(String), pid: process.pid },
    lostWorkers: [4000, 4001, 4002].map((pid) => `a-host, process ${pid}`),
  });
});
