import { type Budget, CreateBudget } from "@crew/contracts/budgets";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createBudget } from "@crew/core/budgets/create-budget";
import { deleteBudget } from "@crew/core/budgets/delete-budget";
import { getBudget } from "@crew/core/budgets/get-budget";
import { updateBudget } from "@crew/core/budgets/update-budget";
import { createConversation } from "@crew/core/conversations/create-conversation";
import { sendMessage } from "@crew/core/conversations/send-message";
import { createCrew } from "@crew/core/crews/create-crew";
import { setModelPrice } from "@crew/core/model-prices/set-model-price";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { ModelRoutes } from "@crew/core/runs/execute/model-routes";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import type { Statement } from "@crew/core/system";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startWorker, type Worker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let worker: Worker;
let actor: Actor;
const ran: string[] = [];

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
  const { statements } = system;
  const noted = {
    ...statements,
    run: <Row>(statement: Statement, values: readonly unknown[]) => {
      ran.push(statement.name);
      return statements.run<Row>(statement, values);
    },
  };
  worker = await startWorker({ ...system, statements: noted }, { capacity: 8 });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  fake.setScript({ defaults: { usage: { inputTokens: 100, outputTokens: 200 } } });
  fake.clearJournal();
  actor = await createActor(system);
  ran.length = 0;
});

const ctx = () => ({ ...system, actor });
const start = async (): Promise<Run> => {
  const { id } = await createCrew(ctx(), buildCrew({ model: "fake/fake-model" }));
  return startRun(ctx(), id, { inputs: { topic: "tides" }, documents: [] });
};
const budget = (input: object): Promise<Budget> =>
  createBudget(ctx(), CreateBudget.parse({ name: "Test", scope: "run", period: "total", measure: "calls", ...input }));
const waits = (run: Run) => run.state === "waiting" && run.reason === "budget";
const eventsOf = async ({ id }: Run) => (await listRunEvents(ctx(), id, { after: 0, limit: 1000 })).data;
const sums = async ({ id }: Budget) => {
  const { rows } = await system.pool.query(
    "SELECT coalesce(sum(settled), 0)::float AS settled, coalesce(sum(reserved), 0)::float AS reserved FROM budget_counters WHERE budget_id = $1",
    [uuidFromTypeId(id)],
  );
  return rows[0] as { settled: number; reserved: number };
};

describe("at the limit", () => {
  test("a run stops with a sentence that says what was reached, what is kept and whom to ask", async () => {
    const one = await budget({ limit: "1" });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "budget" }, totals: { modelCalls: 1 } });
    expect(run.error?.message).toBe(
      "The budget “Test” (1 call in all for a run) has no room for the next call; used so far: 1 call. All steps done so far are kept. Ask somebody who may set budgets to raise it.",
    );
    const events = await eventsOf(run);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.filter(({ type }) => type === "llm_call_started")).toHaveLength(1);
    expect(events.find(({ type }) => type === "budget_reached")?.data).toMatchObject({
      budgetId: one.id,
      used: "1",
      limit: "1",
      action: "stop",
    });
    expect(fake.journal).toHaveLength(1);
    expect(await sums(one)).toEqual({ settled: 1, reserved: 0 });
  });

  test("a run is parked, and goes on where it stopped when somebody raises the budget", async () => {
    const one = await budget({ limit: "1", action: "park" });
    const parked = await untilRun(system, actor, (await start()).id, waits);
    expect((await getBudget(ctx(), one.id)).waitingRuns).toBe(1);
    await updateBudget(ctx(), one.id, { name: "Still too small" });
    await untilRun(system, actor, parked.id, (run) => waits(run) && run.attempt === 2);
    await updateBudget(ctx(), one.id, { limit: "2" });
    const run = await untilRun(system, actor, parked.id);
    expect(run).toMatchObject({ state: "succeeded", attempt: 3 });
    expect(fake.journal).toHaveLength(2);
    expect((await eventsOf(run)).filter(({ type }) => type === "run_resumed").at(-1)?.data).toMatchObject({
      because: "budget_raised",
      atStep: 1,
    });
    expect(await sums(one)).toEqual({ settled: 2, reserved: 0 });
  });

  test("a parked run goes on by itself when the period turns, and when its budget is removed", async () => {
    const day = await budget({ scope: "workspace", period: "day", limit: "1", action: "park" });
    const [one, two] = [await start(), await start()];
    await untilRun(system, actor, one.id, waits);
    await untilRun(system, actor, two.id, waits);
    const { rows } = await system.pool.query("SELECT DISTINCT wake_at FROM runs WHERE workspace_id = $1 AND state = 'waiting'", [
      uuidFromTypeId(actor.workspaceId),
    ]);
    expect(rows.map(({ wake_at }) => wake_at.toISOString())).toEqual([day.periodEnd]);
    // As if the day had turned: yesterday's counter is yesterday's, and the time has come.
    await system.pool.query("UPDATE budget_counters SET period_start = period_start - interval '1 day' WHERE budget_id = $1", [
      uuidFromTypeId(day.id),
    ]);
    await system.pool.query("UPDATE runs SET wake_at = now() WHERE id = $1", [uuidFromTypeId(one.id)]);
    const woken = await untilRun(system, actor, one.id, (run) => run.attempt > 1 && run.state !== "running" && run.state !== "queued");
    expect(woken.totals.modelCalls).toBeGreaterThan(0);
    await deleteBudget(ctx(), day.id);
    for (const { id } of [one, two]) expect((await untilRun(system, actor, id)).state).toBe("succeeded");
    expect(fake.journal).toHaveLength(4);
  });

  test("an answer in a conversation is not parked, since somebody waits for it", async () => {
    await budget({ scope: "user", measure: "tokens", limit: "10", action: "park" });
    const { id } = await createConversation(ctx(), { title: "Hello", model: "fake/fake-model" });
    await sendMessage(ctx(), id, { clientMessageId: "m1", content: "Hello", attachments: [] });
    const { rows } = await system.pool.query("SELECT id FROM runs WHERE conversation_id = $1", [uuidFromTypeId(id)]);
    await vi.waitFor(async () => {
      const { rows: ended } = await system.pool.query("SELECT state, error->>'code' AS code FROM runs WHERE id = $1", [rows[0].id]);
      expect(ended).toEqual([{ state: "failed", code: "budget" }]);
    }, 10_000);
  });

  test("minutes stop a call that is under way, and what it may have cost is charged", async () => {
    fake.setScript({ defaults: { firstByteDelayMs: 30_000 } });
    const minutes = await budget({ measure: "minutes", limit: "0.01" });
    const calls = await budget({ limit: "10" });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "budget" } });
    expect(run.error?.message).toContain("minute");
    expect((await sums(minutes)).settled).toBeGreaterThan(0.01);
    expect((await sums(minutes)).settled).toBeLessThan(0.2);
    expect(await sums(calls)).toEqual({ settled: 1, reserved: 0 });
  });

  test("a model without a price is not called under a budget in dollars, until the workspace sets one", async () => {
    const dollars = await budget({ measure: "usd", limit: "1" });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "price_unknown" } });
    expect(run.error?.message).toContain("The price of the model fake/fake-model is not known");
    expect(fake.journal).toHaveLength(0);
    await setModelPrice(ctx(), { model: "fake/fake-model", price: { inputPerMillionUsd: "1", outputPerMillionUsd: "10" } });
    expect(
      (await new ModelRoutes(system).find(actor.workspaceId, "fake/fake-model")).priceOf({ inputTokens: 100, outputTokens: 200 }),
    ).toBe("0.0021");
    expect(await sums(dollars)).toEqual({ settled: 0, reserved: 0 });
  });
});

test("a call under a budget says how much it may answer, and a call without one does not", async () => {
  const limits = () => fake.journal.map(({ maxOutputTokens }) => maxOutputTokens);
  await untilRun(system, actor, (await start()).id);
  expect(limits()).toEqual([null, null]);
  fake.clearJournal();
  await budget({ measure: "tokens", limit: "3000" });
  await untilRun(system, actor, (await start()).id);
  const [first, second] = limits();
  expect(first).toBeLessThan(3000);
  expect(second).toBeLessThan(first ?? 0);
});

test("a workspace without a budget runs not one statement more", async () => {
  /** Of the three runs the one that the machine held up least: who is slow may journal in one more piece. */
  const fewestCommits = async () => {
    const counts: number[] = [];
    for (let runs = 0; runs < 3; runs++) {
      ran.length = 0;
      await untilRun(system, actor, (await start()).id);
      counts.push(ran.filter((name) => name.startsWith("journal")).length);
    }
    return Math.min(...counts);
  };
  const plain = await fewestCommits();
  expect(ran.filter((name) => /budget/.test(name))).toEqual([]);
  await budget({ limit: "100" });
  expect(await fewestCommits()).toBe(plain);
});

test("what a lost worker had begun is charged once, by whoever takes its run", async () => {
  fake.setScript({
    entries: [{ fault: { type: "hang" } }, { text: "a" }, { text: "b" }],
    defaults: { usage: { inputTokens: 100, outputTokens: 200 } },
  });
  const tokens = await budget({ measure: "tokens", limit: "100000" });
  const calls = await budget({ limit: "10" });
  const { id } = await start();
  await fake.waitForCalls(1);
  // As by kill -9: nothing more is written by the one that holds it, and another claims it.
  await system.pool.query(
    "UPDATE runs SET state = 'queued', lease_owner = NULL, lease_until = NULL, released_because = 'worker_lost', epoch = epoch + 1 WHERE id = $1",
    [uuidFromTypeId(id)],
  );
  const held = (await sums(tokens)).reserved;
  await system.pool.query("SELECT pg_notify('crew_runs', '')");
  const run = await untilRun(system, actor, id);
  expect(run.state).toBe("succeeded");
  expect(await sums(calls)).toEqual({ settled: 3, reserved: 0 });
  expect(await sums(tokens)).toEqual({ settled: held + 600, reserved: 0 });
});

test("a run that is stopped gives back what it had reserved and did not use", async () => {
  fake.setScript({ defaults: { firstByteDelayMs: 20_000 } });
  const calls = await budget({ limit: "10" });
  const { id } = await start();
  await fake.waitForCalls(1);
  expect(await sums(calls)).toEqual({ settled: 0, reserved: 1 });
  await cancelRun(ctx(), id);
  await untilRun(system, actor, id);
  expect(await sums(calls)).toEqual({ settled: 1, reserved: 0 });
});

test("that a budget is nearly used is told once, and that it is reached, however many runs it stops", async () => {
  const { rows } = await system.pool.query(
    `INSERT INTO webhooks (id, workspace_id, url, events, min_severity, secret_sealed, is_enabled, created_at)
     VALUES (gen_random_uuid(), $1, 'https://example.com/hook', '{budget.}', 'info', 'x', true, now()) RETURNING workspace_id`,
    [uuidFromTypeId(actor.workspaceId)],
  );
  await budget({ scope: "workspace", limit: "3", warnAtPercent: 50 });
  for (const _ of [1, 2, 3]) await untilRun(system, actor, (await start()).id);
  const told = async () =>
    (await system.pool.query("SELECT type, payload FROM outbox_events WHERE workspace_id = $1 ORDER BY seq", [rows[0].workspace_id])).rows;
  await vi.waitFor(async () => expect((await told()).map(({ type }) => type)).toEqual(["budget.warning", "budget.reached"]), 5_000);
  expect((await told())[0].payload).toMatchObject({ name: "Test", measure: "calls", limit: "3", used: "2", percent: 66 });
});
