import { randomUUID } from "node:crypto";
import type { CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateModelProvider } from "@crew/contracts/model-providers";
import type { CallAttempt, Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { createModelProvider } from "@crew/core/model-providers/create-model-provider";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { executeRun } from "@crew/core/runs/execute/execute-run";
import { ModelRoutes } from "@crew/core/runs/execute/model-routes";
import { OwedAttempts } from "@crew/core/runs/execute/owed-attempts";
import { claimRuns } from "@crew/core/runs/execute/worker-leases";
import { listLedger } from "@crew/core/runs/list-ledger";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
  actor = await createActor(system);
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(() => fake.clearJournal());

const ctx = () => ({ ...system, actor });

/** A run of one task, whose agent asks these models. */
async function start(...models: string[]): Promise<Run> {
  const { agents, tasks } = buildCrew();
  const [model = "", ...fallbackModels] = models.map((name) => `fake/${name}`);
  const crew: Partial<CrewInput> = {
    model,
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, fallbackModels })),
    tasks: tasks.slice(0, 1),
  };
  const { id } = await createCrew(ctx(), buildCrew(crew));
  return startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [] });
}

const ledgerOf = async (run: Run): Promise<CallAttempt[]> => (await listLedger(ctx(), run.id, { limit: 100 })).data;
const eventsOf = async (run: Run) => (await listRunEvents(ctx(), run.id, { after: 0, limit: 1_000 })).data;
const told = (attempts: readonly CallAttempt[]) => attempts.map(({ model, outcome, failure }) => `${model} ${outcome} ${failure ?? "-"}`);
const heardOf = (model: string) => fake.journal.filter((call) => call.model === model).length;

type Fault = NonNullable<NonNullable<FakeScriptInput["entries"]>[number]["fault"]>;
const status = (code: number, retryAfter?: number): Fault => ({
  type: "status",
  status: code,
  message: `no ${code}`,
  ...(retryAfter !== undefined && { retryAfter }),
});

/** One model each, all asked at once: what is wrong with it, how often it is asked, and how the ledger ends. */
const CLASSES: [name: string, fault: Fault, attempts: number, outcome: string, failure: string][] = [
  ["down", status(503, 0), 4, "failed", "server_error"],
  ["mute", { type: "drop" }, 2, "ambiguous", "silent"],
  ["cut", { type: "cut", afterChunks: 2 }, 2, "truncated", "truncated"],
  ["early", { type: "early_end", afterChunks: 1 }, 2, "truncated", "truncated"],
  ["garbled", { type: "bad_json" }, 2, "failed", "malformed"],
  ["page", { type: "content_type" }, 2, "failed", "malformed"],
  ["s400", status(400), 1, "failed", "rejected"],
  ["s401", status(401), 1, "failed", "rejected"],
  ["s403", status(403), 1, "failed", "rejected"],
  ["s404", status(404), 1, "failed", "rejected"],
  ["s413", status(413), 1, "failed", "rejected"],
];

test("each class of failure is asked again as often as it allows; the ledger has every attempt that the provider saw", async () => {
  fake.setScript({ entries: CLASSES.map(([model, fault]) => ({ when: { model }, fault })) });
  await using _worker = await startWorker(system, { capacity: 20 });
  await Promise.all(
    CLASSES.map(async ([model, fault, attempts, outcome, failure]) => {
      const run = await untilRun(system, actor, (await start(model)).id);
      const ledger = await ledgerOf(run);
      expect(told(ledger), model).toEqual(Array.from({ length: attempts }, () => `${model} ${outcome} ${failure}`));
      expect(heardOf(model), model).toBe(attempts);
      expect(run, model).toMatchObject({ state: "failed", error: { code: `model_${failure}` }, totals: { modelCalls: 0 } });
      expect(
        ledger.map(({ retryInMs }) => retryInMs !== null),
        model,
      ).toEqual(ledger.map((_, at) => at < attempts - 1));
      if (fault.type === "status")
        expect(ledger[0]).toMatchObject({ httpStatus: fault.status, error: expect.stringContaining(`no ${fault.status}`) });
    }),
  );
});

test("nobody listens: attempts that were never sent, each after a longer wait", async () => {
  const nobody = await startFakeProvider();
  await nobody[Symbol.asyncDispose]();
  await using deaf = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(nobody)] } });
  const ada = { ...deaf, actor: await createActor(deaf) };
  await using _worker = await startWorker(deaf, { capacity: 4 });
  const { agents, tasks } = buildCrew();
  const crew = await createCrew(ada, buildCrew({ model: "fake/x", agents: agents.slice(0, 1), tasks: tasks.slice(0, 1) }));
  const { id } = await startRun(ada, crew.id, { inputs: { topic: "tides" }, documents: [] });
  const ledger = async () => (await listLedger(ada, id, { limit: 100 })).data;
  await expect.poll(async () => (await ledger()).filter(({ failure }) => failure !== null).length, { timeout: 10_000 }).toBe(3);
  await cancelRun(ada, id);
  await untilRun(deaf, ada.actor, id);
  expect(told(await ledger()).slice(0, 3)).toEqual(Array.from({ length: 3 }, () => "x not_sent connection"));
  const waits = (await ledger()).slice(0, 3).map(({ retryInMs }) => Math.round((retryInMs ?? 0) / 1_250));
  expect(waits).toEqual([1, expect.toBeOneOf([1, 2]), expect.toBeOneOf([3, 4])]);
});

test("refused for now, a call waits as told and is not given up", async () => {
  fake.setScript({ entries: [{ fault: status(429, 0), times: 3 }, { text: "at last" }] });
  await using _worker = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, (await start("busy")).id);
  expect(run).toMatchObject({ state: "succeeded", output: "at last", totals: { modelCalls: 1 } });
  expect(await ledgerOf(run)).toHaveLength(4);
  expect(fake.journal).toHaveLength(4);
});

describe("fallback models", () => {
  test("are asked in their order where a model gives up, and the ledger and the events say so", async () => {
    fake.setScript({
      entries: [
        { when: { model: "one" }, fault: status(503, 0) },
        { when: { model: "two" }, fault: status(401) },
        { when: { model: "three" }, text: "from three" },
      ],
    });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start("one", "two", "three")).id);
    expect(run).toMatchObject({ state: "succeeded", output: "from three", totals: { modelCalls: 1 } });
    const failed = (model: string, failure: string) => `${model} failed ${failure}`;
    expect(told(await ledgerOf(run))).toEqual([
      ...Array.from({ length: 4 }, () => failed("one", "server_error")),
      failed("two", "rejected"),
      "three completed -",
    ]);
    expect((await eventsOf(run)).filter(({ type }) => type === "llm_fallback").map(({ data }) => [data.from, data.to])).toEqual([
      ["fake/one", "fake/two"],
      ["fake/two", "fake/three"],
    ]);
  });

  test("are asked where the model's provider was removed meanwhile", async () => {
    fake.setScript({ defaults: { text: "from two" } });
    const kept = { kind: "openai-compatible", name: "gone", baseUrl: "https://models.example.com/v1" };
    const provider = await createModelProvider(ctx(), CreateModelProvider.parse(kept));
    const { agents, tasks } = buildCrew();
    const scout = agents.slice(0, 1).map((agent) => ({ ...agent, fallbackModels: ["fake/two"] }));
    const crew = await createCrew(ctx(), buildCrew({ model: "gone/one", agents: scout, tasks: tasks.slice(0, 1) }));
    const { id } = await startRun(ctx(), crew.id, { inputs: { topic: "tides" }, documents: [] });
    await system.pool.query("DELETE FROM model_providers WHERE id = $1", [uuidFromTypeId(provider.id ?? "")]);
    await using _worker = await startWorker(system, { capacity: 4 });
    expect(await untilRun(system, actor, id)).toMatchObject({ state: "succeeded", output: "from two" });
    expect(heardOf("two")).toBe(1);
  });

  test("are of no use to a request that is itself at fault", async () => {
    fake.setScript({ entries: [{ when: { model: "one" }, fault: status(400) }] });
    await using _worker = await startWorker(system, { capacity: 4 });
    const run = await untilRun(system, actor, (await start("one", "two")).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "model_rejected" } });
    expect(heardOf("two")).toBe(0);
  });

  test("after an interruption go on at the same place of the list", async () => {
    fake.setScript({
      entries: [
        { when: { model: "one" }, fault: status(404) },
        { when: { model: "two" }, fault: status(503, 60), times: 1 },
        { when: { model: "two" }, text: "from two" },
      ],
    });
    await using _worker = await startWorker(system, { capacity: 4 });
    const { id } = await start("one", "two", "three");
    await untilRun(system, actor, id, ({ reason }) => reason === "timer");
    await system.pool.query("UPDATE runs SET wake_at = now() WHERE state = 'waiting'");
    const run = await untilRun(system, actor, id);
    expect(run).toMatchObject({ state: "succeeded", output: "from two", attempt: 2 });
    expect([heardOf("one"), heardOf("two"), heardOf("three")]).toEqual([1, 2, 0]);
  });
});

test("a database that was away is not charged to the run: it is given back, and no attempt is spent", async () => {
  fake.setScript({ defaults: { text: "done" } });
  const { id } = await start("calm");
  const owed = new OwedAttempts();
  for (let outage = 1; outage <= 5; outage++) {
    const [claim] = await claimRuns(system, randomUUID(), 10);
    if (!claim) throw new Error("nothing to claim");
    const abort = new AbortController();
    const away = Object.assign(new Error("terminating connection due to administrator command"), { code: "57P01" });
    const statements: TestSystem["statements"] = {
      run: (statement, values) => (statement.name.startsWith("journal") ? Promise.reject(away) : system.statements.run(statement, values)),
    };
    await executeRun({ ...system, statements }, claim, {
      signal: abort.signal,
      stop: (reason) => abort.abort(reason),
      isDraining: () => false,
      routes: new ModelRoutes(system),
      owed,
    });
    await owed.settle(system);
  }
  expect(heardOf("calm")).toBe(0);
  await using _worker = await startWorker(system, { capacity: 4 });
  const run = await untilRun(system, actor, id);
  expect(run).toMatchObject({ state: "succeeded", attempt: 6 });
  expect(heardOf("calm")).toBe(1);
});
