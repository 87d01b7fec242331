import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent } from "@crew/contracts/run-events";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { getDeadLetter } from "@crew/core/dead-letters/get-dead-letter";
import { listDeadLetters } from "@crew/core/dead-letters/list-dead-letters";
import { redriveDeadLetter } from "@crew/core/dead-letters/redrive-dead-letter";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";
import { startTestRedis } from "@crew/testing/start-test-redis";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { TWELVE_STEPS_SCRIPT, twelveSteps } from "./twelve-steps.ts";

/** A run or a job that ends its worker, or holds it: it ends in the dead letters, and the others go on. */

const INNOCENT = 3;
const WORKERS = 2;

let stack: AsyncDisposableStack;
let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
let folder: string;
let workers: SpawnedProcess[] = [];
let isOver = false;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const redis = stack.use(await startTestRedis());
  fake = stack.use(await startFakeProvider());
  const modelProviders = [
    { kind: "openai-compatible" as const, name: "ollama", baseUrl: `${fake.url}/v1`, apiKey: null, models: [], isTrusted: true },
  ];
  system = stack.use(await openTestSystem({ redisUrl: redis.url, config: { modelProviders } }));
});
afterAll(() => stack.disposeAsync());
beforeEach(async () => {
  actor = await createActor(system);
  folder = mkdtempSync(join(tmpdir(), "poison-"));
  isOver = false;
  for (let i = 0; i < WORKERS; i++) employ();
  await vi.waitFor(async () => expect((await system.pool.query("SELECT FROM workers")).rowCount).toBe(WORKERS), 60_000);
});
afterEach(async () => {
  isOver = true;
  await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
  workers = [];
  await rm(folder, { recursive: true });
});

const ctx = () => ({ ...system, actor });
const calls = (): { pid: number; idempotencyKey?: string }[] =>
  existsSync(`${folder}/calls`)
    ? readFileSync(`${folder}/calls`, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : [];
const eventsOf = async (runId: string): Promise<RunEvent[]> => (await listRunEvents(ctx(), runId, { after: 0, limit: 1000 })).data;
const letters = async () => (await listDeadLetters(ctx(), { limit: 25 })).data;

/** As a supervisor does: whoever dies is started anew. */
function employ(): void {
  const { secrets, databaseUrl, redisUrl } = system.config;
  const worker = spawnProcess("tests/faults/worker-with-poison.ts", {
    args: ["--max-old-space-size=160"],
    env: {
      DATABASE_URL: databaseUrl ?? "",
      REDIS_URL: redisUrl ?? "",
      CREW_AUTH_SECRET: secrets?.authSecret ?? "",
      CREW_MASTER_KEY: secrets?.masterKey.toString("base64") ?? "",
      OLLAMA_BASE_URL: fake.url,
      CREW_POISON_FOLDER: folder,
    },
  });
  workers.push(worker);
  void worker.exited.then(() => {
    workers = workers.filter((one) => one !== worker);
    if (!isOver) employ();
  });
}

/** One crew that poisons, beside others that do their twelve steps. */
async function startAll(kind: string): Promise<{ poisoned: string; innocent: string[] }> {
  fake.setScript({
    ...TWELVE_STEPS_SCRIPT,
    entries: [
      { toolCalls: [{ name: "poison", arguments: { kind } }], when: { model: "fake-model-large" }, times: 1 },
      { text: "Done at last", when: { model: "fake-model-large" } },
    ],
  });
  fake.clearJournal();
  const { agents, tasks } = buildCrew();
  const poisonous = buildCrew({
    model: "ollama/fake-model-large",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["poison"] })),
    tasks: tasks.slice(0, 1),
  });
  const harmless = await createCrew(ctx(), twelveSteps());
  const innocent = await Promise.all(
    Array.from({ length: INNOCENT }, () => startRun(ctx(), harmless.id, { inputs: { topic: "tides" }, documents: [] })),
  );
  // A worker that starts sweeps away what is no tool of its own, also between these two.
  const { id } = await vi.waitFor(async () => {
    await system.pool.query(
      "INSERT INTO tools (id, name, kind, class, description, parameters) VALUES ($1, 'poison', 'builtin', 'idempotent', '', '{}') ON CONFLICT DO NOTHING",
      [randomUUID()],
    );
    return createCrew(ctx(), poisonous);
  }, 30_000);
  const run = await startRun(ctx(), id, { inputs: { topic: "poison" }, documents: [] });
  return { poisoned: run.id, innocent: innocent.map((one) => one.id) };
}

const end = (runId: string): Promise<Run> => untilRun(system, actor, runId, undefined, 120_000);

async function expectUnharmed(innocent: string[]): Promise<void> {
  for (const id of innocent) {
    expect(await end(id)).toMatchObject({ state: "succeeded", progress: { tasksDone: 4 } });
    const events = await eventsOf(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  }
}

/** A full heap takes its time. */
const KINDS = process.env.CREW_FAULT_PROFILE === "long" ? ["exit", "memory"] : ["exit"];

test.each(KINDS)(
  "a run whose tool ends the process by %s dies after three workers; others go on; mended, it goes on itself",
  async (kind) => {
    const { poisoned, innocent } = await startAll(kind);
    expect(await end(poisoned)).toMatchObject({ state: "failed", error: { code: "attempts_exhausted" } });
    await expectUnharmed(innocent);
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    const { lostWorkers, notRedrivable } = await getDeadLetter(ctx(), letter?.id ?? "");
    expect(letter).toMatchObject({ runId: poisoned, code: "attempts_exhausted", state: "open" });
    expect(new Set(calls().map(({ pid }) => pid)).size).toBe(3);
    expect(lostWorkers.map((words) => Number(words.split(" ").at(-1)))).toEqual(calls().map(({ pid }) => pid));
    expect(notRedrivable).toBeNull();

    writeFileSync(`${folder}/mended`, "");
    const { redrivenRunId } = await redriveDeadLetter(ctx(), letter?.id ?? "");
    expect(await end(redrivenRunId ?? "")).toMatchObject({ state: "succeeded", output: "Done at last" });
    // The call that was finished before was not made again; the tool was called under one name all the time.
    expect(fake.journal.filter(({ model }) => model === "fake-model-large")).toHaveLength(2);
    expect(new Set(calls().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(calls()).toHaveLength(4);
    expect(await letters()).toMatchObject([{ state: "redriven", redrivenRunId }]);
  },
);

test("a worker that is held for longer than its leases loses its runs, which go on elsewhere, and writes nothing more of them", async () => {
  const { poisoned, innocent } = await startAll("block");
  const ended = await end(poisoned);
  const told = (await eventsOf(poisoned)).map(({ at, type, data }) => `${at} ${type} ${JSON.stringify(data).slice(0, 160)}`);
  expect(ended, told.join("\n")).toMatchObject({ state: "succeeded", attempt: 2 });
  await expectUnharmed(innocent);
  const [first, second] = calls();
  expect(calls()).toHaveLength(2);
  expect(second?.pid).not.toBe(first?.pid);
  expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
  // Nobody died: the held one found that its runs are others' and goes on with what is left.
  await vi.waitFor(async () => expect((await system.pool.query("SELECT FROM workers")).rowCount).toBe(WORKERS), 30_000);
  expect(workers.map(({ pid }) => pid)).toEqual(expect.arrayContaining([first?.pid, second?.pid]));
  const events = await eventsOf(poisoned);
  expect(events.filter(({ type }) => type === "tool_usage_finished")).toHaveLength(1);
  expect(events.find(({ type }) => type === "run_resumed")?.data).toMatchObject({ because: "worker_lost" });
  expect(await letters()).toEqual([]);
});

test("a job that ends its worker is kept, and once mended sent anew", async () => {
  const { id: crewId } = await createCrew(ctx(), twelveSteps());
  fake.setScript(TWELVE_STEPS_SCRIPT);
  const { id: runId } = await startRun(ctx(), crewId, { inputs: { topic: "tides" }, documents: [] });
  await system.queue.resend(system.db, "poison", { runId, kind: "exit" });
  await vi.waitFor(async () => expect(await letters()).toHaveLength(1), 60_000);
  const { rows } = await system.pool.query<{ ms: number }>(
    "SELECT extract(epoch FROM now() - started_on) * 1000 AS ms FROM pgboss.job WHERE name = 'poison'",
  );
  console.log(`a job that ended its worker was a dead letter ${Math.round(rows[0]?.ms ?? 0)} ms after it had begun`);
  const [letter] = await letters();
  expect(letter).toMatchObject({ kind: "job", jobName: "poison", code: "job_lost", attempts: 1 });
  writeFileSync(`${folder}/mended`, "");
  await redriveDeadLetter(ctx(), letter?.id ?? "");
  await vi.waitFor(() => expect(calls()).toHaveLength(2), 30_000);
  expect(await end(runId)).toMatchObject({ state: "succeeded" });
});
