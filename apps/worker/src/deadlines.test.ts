import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import type { StartRun } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { setWorkspaceRunLimits } from "@crew/core/run-limits/set-workspace-run-limits";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { claimRuns, sweepRuns } from "@crew/core/runs/execute/worker-leases";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
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
  await system.pool.query("DELETE FROM runs");
  actor = await createActor(system);
  fake.setScript({ defaults: { tokens: 2_000, tokenDelayMs: 20 } });
  fake.clearJournal();
});

const ctx = () => ({ ...system, actor });
const eventsOf = async (id: string) => (await listRunEvents(ctx(), id, { after: 0, limit: 1_000 })).data;

async function start(crew: Partial<CrewInput> = {}, input: Partial<StartRun> = {}) {
  const { id } = await createCrew(ctx(), buildCrew({ model: "fake/fake-model", ...crew }));
  return startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [], ...input });
}

test("a run's deadline is the start's, else the crew's, else the workspace's", async () => {
  const secondsOf = ({ createdAt, deadlineAt }: { createdAt: string; deadlineAt: string | null }) =>
    deadlineAt && Math.round((Date.parse(deadlineAt) - Date.parse(createdAt)) / 1_000);
  expect(secondsOf(await start())).toBeNull();
  await setWorkspaceRunLimits(ctx(), { maxConcurrentRuns: null, maxQueuedRuns: null, defaultMaxExecutionSeconds: 300 });
  expect(secondsOf(await start())).toBe(300);
  expect(secondsOf(await start({ maxExecutionSeconds: 200 }))).toBe(200);
  expect(secondsOf(await start({ maxExecutionSeconds: 200 }, { maxExecutionSeconds: 100 }))).toBe(100);
});

test("a run ends at its deadline in mid-stream: the socket is closed, the reason told, what was used charged once", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const { id } = await start({ maxExecutionSeconds: 3 });
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "failed", error: { code: "deadline", message: expect.stringContaining("3 s") } });
  expect(Date.parse(run.endedAt ?? "") - Date.parse(run.createdAt)).toBeLessThan(30_000);
  expect((await fake.waitForEnds(1))[0]?.outcome).toBe("client_closed");
  expect((await eventsOf(id)).find(({ type }) => type === "deadline_reached")?.data).toEqual({ scope: "run", seconds: 3 });
  const [attempt, ...more] = (await listLedger(ctx(), id, { limit: 10 })).data;
  expect(more).toEqual([]);
  expect(attempt).toMatchObject({ outcome: "ambiguous", isEstimated: true });
  expect(attempt?.outputTokens).toBeGreaterThan(0);
  expect(run.totals).toMatchObject({ inputTokens: attempt?.inputTokens, outputTokens: attempt?.outputTokens });
});

test("a run that nobody has taken, or that waits for a person, ends at its deadline too", async () => {
  fake.setScript({});
  const { agents, tasks } = buildCrew();
  const reviewed = { agents, tasks: tasks.map((task) => ({ ...task, humanInput: true })) };
  await using _worker = await startWorker(system, { capacity: 4 });
  const { id } = await start({ ...reviewed, maxExecutionSeconds: 2 });
  await untilRun(system, actor, id, ({ reason }) => reason === "human_input");
  const parked = await untilRun(system, actor, id);
  expect(parked).toMatchObject({ state: "failed", error: { code: "deadline" } });
  expect((await eventsOf(id)).slice(-3).map(({ type }) => type)).toEqual(["run_waiting", "deadline_reached", "crew_kickoff_failed"]);
});

test("a task's limit is its own or its agent's, ends it in mid-stream, and says whose it was", async () => {
  await using _worker = await startWorker(system, { capacity: 4 });
  const { agents, tasks } = buildCrew();
  const ofTask = await start({ agents, tasks: tasks.map((task) => ({ ...task, maxExecutionSeconds: 1 })) });
  const ofAgent = await start({
    agents: agents.map((agent) => ({ ...agent, maxExecutionSeconds: 1 })),
    tasks: tasks.map((task) => ({ ...task, maxExecutionSeconds: 60 })),
  });
  for (const [{ id }, scope] of [[ofTask, "task"] as const, [ofAgent, "agent"] as const]) {
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "failed", error: { code: "deadline" } });
    const events = await eventsOf(id);
    expect(events.slice(-3).map(({ type }) => type)).toEqual(["deadline_reached", "task_failed", "crew_kickoff_failed"]);
    expect(events.find(({ type }) => type === "deadline_reached")?.data).toEqual({ scope, seconds: 1 });
  }
  for (const call of await fake.waitForEnds(2)) expect(call.outcome).toBe("client_closed");
});

test("a task that was interrupted goes on with the time that it has left, not with all of it", async () => {
  const { agents, tasks } = buildCrew();
  const { id } = await start({ agents, tasks: tasks.map((task) => ({ ...task, maxExecutionSeconds: 30 })) });
  const first = await startWorker(system, { capacity: 1, drainMs: 0 });
  await fake.waitForCalls(1);
  await first.drain();
  // As if the first worker had had it for most of its time.
  await system.pool.query("UPDATE runs SET active_ms = active_ms + 29500 WHERE state = 'queued'");
  await using _second = await startWorker(system, { capacity: 1 });
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "failed", error: { code: "deadline" }, attempt: 2 });
});

test("a cancel whose worker dies before it has heard is one end, and what was sent is charged once", async () => {
  const { id } = await start();
  const worker = await startWorker(system, { capacity: 1 });
  await fake.waitForCalls(1);
  const pending = (await listLedger(ctx(), id, { limit: 10 })).data[0];
  expect(pending).toMatchObject({ outcome: "pending", isEstimated: true });
  // The row as a killed worker leaves it; the one that still lives has lost the fence.
  await system.pool.query("UPDATE runs SET epoch = epoch + 1, lease_owner = $1 WHERE state = 'running'", [randomUUID()]);
  await cancelRun(ctx(), id);
  await sweepRuns(system);
  await worker.drain();
  await using _next = await startWorker(system, { capacity: 1 });
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "cancelled", totals: { modelCalls: 0, inputTokens: pending?.inputTokens } });
  expect((await eventsOf(id)).filter(({ type }) => type === "run_cancelled")).toHaveLength(1);
  expect((await listLedger(ctx(), id, { limit: 10 })).data).toMatchObject([{ outcome: "ambiguous", isEstimated: true }]);
  expect(await claimRuns(system, randomUUID(), 8)).toEqual([]);
});
