import type { CrewInput } from "@crew/contracts/crews";
import type { Run } from "@crew/contracts/runs";
import { createCrew } from "@crew/core/crews/create-crew";
import type { LaneLimits } from "@crew/core/model-providers/lanes-port";
import { listModelProviders } from "@crew/core/model-providers/list-model-providers";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import type { FakeScriptInput } from "@crew/testing/fake-provider/fake-script";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

const NONE: LaneLimits = { requestsPerMinute: null, tokensPerMinute: null, maxConcurrent: null };

/** A system of its own for each test: a lane that one of them closes is closed to all that share its key. */
async function open({
  script = {},
  limits = {},
  capacity = 20,
}: {
  script?: FakeScriptInput;
  limits?: Partial<LaneLimits>;
  capacity?: number;
}) {
  const stack = new AsyncDisposableStack();
  const fake = stack.use(await startFakeProvider({ script }));
  const spare = stack.use(await startFakeProvider({ script: { defaults: { text: "from the spare one" } } }));
  const modelProviders = [{ ...fakeProviderSettings(fake), limits: { ...NONE, ...limits } }, fakeProviderSettings(spare, "spare")];
  const system = stack.use(await openTestSystem({ config: { modelProviders, laneMinuteMs: 6_000 } }));
  const actor = await createActor(system);
  const ctx = { ...system, actor };
  const { agents, tasks } = buildCrew();
  return {
    fake,
    ctx,
    work: async () => void stack.use(await startWorker(system, { capacity })),
    crew: async (over: Partial<CrewInput> = {}, fallbackModels: string[] = []): Promise<string> => {
      const scout = agents.slice(0, 1).map((agent) => ({ ...agent, fallbackModels }));
      return (await createCrew(ctx, buildCrew({ model: "fake/fake-model", agents: scout, tasks: tasks.slice(0, 1), ...over }))).id;
    },
    start: (crewId: string, topic = "tides", more: { maxExecutionSeconds?: number } = {}): Promise<Run> =>
      startRun(ctx, crewId, { inputs: { topic }, documents: [], ...more }),
    until: (id: string, isThere?: (run: Run) => boolean) => untilRun(system, actor, id, isThere),
    events: async (id: string) => (await listRunEvents(ctx, id, { after: 0, limit: 1_000 })).data,
    waits: async () => {
      const { rows } = await system.pool.query<{ id: string; in_ms: number; at: number }>(
        "SELECT id, (extract(epoch FROM wake_at - now()) * 1000)::int AS in_ms, (lane_turn->>'at')::float8 AS at FROM runs WHERE state = 'waiting' ORDER BY wake_at",
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const refusedFor = (seconds: number): FakeScriptInput => ({
  entries: [{ fault: { type: "status", status: 429, retryAfter: seconds } }],
  defaults: { text: "answered" },
});

test("a long wait parks the run with a place that holds, and every other call of the key waits behind it", async () => {
  await using at = await open({ script: refusedFor(120) });
  await at.work();
  const crew = await at.crew();
  const first = await at.start(crew);
  await at.until(first.id, ({ reason }) => reason === "provider_limit");
  const second = await at.start(crew);
  await at.until(second.id, ({ reason }) => reason === "provider_limit");
  expect(at.fake.journal).toHaveLength(1);
  const [one, two] = await at.waits();
  // Woken a little before its time, so that it stands ready.
  expect(one?.in_ms).toBeGreaterThan(110_000);
  expect(one?.in_ms).toBeLessThanOrEqual(118_500);
  expect(two?.at).toBeGreaterThan(one?.at ?? 0);
  const pace = (await listModelProviders(at.ctx)).data.find(({ name }) => name === "fake")?.pace;
  expect(pace?.closedUntil).toBeTruthy();
  // Woken too early, it waits on, for the same place.
  await at.ctx.pool.query("UPDATE runs SET wake_at = now() WHERE state = 'waiting'");
  await at.until(first.id, ({ reason, attempt }) => reason === "provider_limit" && attempt === 2);
  await at.until(second.id, ({ reason, attempt }) => reason === "provider_limit" && attempt === 2);
  expect((await at.waits()).map((wait) => wait.at)).toEqual([one?.at, two?.at]);
  expect(at.fake.journal).toHaveLength(1);
});

test("a short wait is told and sat out in the worker, and the call goes as soon as it may", async () => {
  await using at = await open({ script: refusedFor(2) });
  await at.work();
  const run = await at.until((await at.start(await at.crew())).id);
  expect(run).toMatchObject({ state: "succeeded", attempt: 1 });
  const [refused, passed] = at.fake.journal;
  const waitedMs = Date.parse(passed?.at ?? "") - Date.parse(refused?.at ?? "");
  expect(waitedMs).toBeGreaterThanOrEqual(2_000);
  const told = (await at.events(run.id)).find(({ type }) => type === "provider_wait");
  expect(told?.data).toMatchObject({ provider: "fake", because: "told" });
});

test("another model is asked while the first one's provider takes no calls for long", async () => {
  await using at = await open({ script: refusedFor(120) });
  await at.work();
  const crew = await at.crew({}, ["spare/any"]);
  const run = await at.until((await at.start(crew)).id);
  expect(run).toMatchObject({ state: "succeeded", output: "from the spare one", attempt: 1 });
  // The next run knows that without asking.
  await at.until((await at.start(crew)).id);
  expect(at.fake.journal).toHaveLength(1);
  expect((await at.events(run.id)).find(({ type }) => type === "llm_fallback")?.data).toMatchObject({
    from: "fake/fake-model",
    to: "spare/any",
  });
});

test("a wait that would end after the run's deadline is not begun", async () => {
  await using at = await open({ script: refusedFor(120) });
  await at.work();
  const beganAt = performance.now();
  const run = await at.until((await at.start(await at.crew(), "tides", { maxExecutionSeconds: 60 })).id);
  expect(run).toMatchObject({ state: "failed", error: { code: "model_rate_limited", message: expect.stringContaining("deadline") } });
  expect(performance.now() - beganAt).toBeLessThan(30_000);
});

test("turns go round the crews: one call of a crew does not stand behind all calls of another", async () => {
  await using at = await open({ limits: { requestsPerMinute: 12 }, script: { defaults: { text: "ok" } } });
  const [many, few] = [await at.crew({ name: "Many" }), await at.crew({ name: "Few" })];
  const runs = [];
  for (let i = 0; i < 8; i++) runs.push(await at.start(many, `many ${i}`));
  await at.work();
  await at.fake.waitForCalls(2);
  runs.push(await at.start(few, "few"));
  for (const { id } of runs) await at.until(id);
  const order = at.fake.journal.map(({ messages }) => (JSON.stringify(messages).includes("few") ? "few" : "many"));
  expect(order).toHaveLength(9);
  expect(order.indexOf("few")).toBeLessThan(6);
});

test("no more calls under way than allowed", async () => {
  await using at = await open({ limits: { maxConcurrent: 2 }, script: { defaults: { text: "ok", firstByteDelayMs: 100 } } });
  const crew = await at.crew();
  const runs = [];
  for (let i = 0; i < 6; i++) runs.push(await at.start(crew));
  await at.work();
  for (const { id } of runs) expect((await at.until(id)).state).toBe("succeeded");
  const spans = at.fake.journal.map(({ at: from, endedAt }) => [Date.parse(from), Date.parse(endedAt ?? "")] as const);
  const most = Math.max(...spans.map(([from]) => spans.filter(([other, end]) => other <= from && from < end).length));
  expect(most).toBe(2);
});
