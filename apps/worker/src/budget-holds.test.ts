import { type Budget, CreateBudget } from "@crew/contracts/budgets";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createBudget } from "@crew/core/budgets/create-budget";
import { createCrew } from "@crew/core/crews/create-crew";
import { setModelPrice } from "@crew/core/model-prices/set-model-price";
import { startRun } from "@crew/core/runs/start-run";
import { getUsage } from "@crew/core/usage/get-usage";
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
  fake.setScript({});
  fake.clearJournal();
  actor = await createActor(system);
  // One answer of 1,000 tokens costs two cents.
  await setModelPrice(ctx(), { model: "fake/fake-model", price: { inputPerMillionUsd: "2", outputPerMillionUsd: "20" } });
});

const ctx = (who = actor) => ({ ...system, actor: who });
const ANSWER = { usage: { inputTokens: 200, outputTokens: 1_000 }, firstByteDelayMs: 15 };
const ANSWER_USD = 0.0204;

async function start(crewId?: string, who = actor): Promise<Run> {
  const id = crewId ?? (await createCrew(ctx(), buildCrew({ model: "fake/fake-model" }))).id;
  return startRun(ctx(who), id, { inputs: { topic: "tides" }, documents: [] });
}

const budget = (input: object): Promise<Budget> =>
  createBudget(ctx(), CreateBudget.parse({ name: "Test", scope: "workspace", period: "month", measure: "usd", ...input }));

/** What the books say beside what the ledger says. */
async function books({ id }: Budget) {
  const { rows } = await system.pool.query(
    `SELECT (SELECT coalesce(sum(settled), 0)::float FROM budget_counters WHERE budget_id = $1) AS settled,
      (SELECT coalesce(sum(reserved), 0)::float FROM budget_counters WHERE budget_id = $1) AS reserved,
      (SELECT coalesce(sum(settled), 0)::float FROM budget_reservations WHERE budget_id = $1) AS settlements,
      (SELECT count(*)::int FROM budget_reservations WHERE budget_id = $1 AND settled IS NULL) AS held,
      (SELECT coalesce(sum(cost_usd), 0)::float FROM call_attempts WHERE workspace_id = $2) AS charged`,
    [uuidFromTypeId(id), uuidFromTypeId(actor.workspaceId)],
  );
  return rows[0] as { settled: number; reserved: number; settlements: number; held: number; charged: number };
}

test("G10 with $1.00 and 32 runs at once on two workers the sum stays within the limit, and at least 80 % of it is used", {
  timeout: 60_000,
}, async () => {
  fake.setScript({ defaults: ANSWER });
  const dollar = await budget({ limit: "1.00" });
  const { id: crewId } = await createCrew(ctx(), buildCrew({ model: "fake/fake-model" }));
  await using _one = await startWorker(system, { capacity: 16 });
  await using _two = await startWorker(system, { capacity: 16 });
  const started = await Promise.all(Array.from({ length: 32 }, () => start(crewId)));
  // One after the other: that many who ask all the time would be most of the load.
  const runs: Run[] = [];
  for (const { id } of started) runs.push(await untilRun(system, actor, id, undefined, 45_000));
  const { settled, reserved, settlements, held, charged } = await books(dollar);
  expect(settled).toBeLessThanOrEqual(1 + ANSWER_USD);
  expect(settled).toBeGreaterThanOrEqual(0.8);
  expect({ reserved, held }).toEqual({ reserved: 0, held: 0 });
  expect(settlements).toBeCloseTo(settled, 9);
  expect(charged).toBeCloseTo(settled, 9);
  const states = runs.map(({ state, error }) => (state === "failed" ? error?.code : state));
  expect(states.filter((state) => state === "succeeded").length).toBeGreaterThan(15);
  expect(states.filter((state) => state === "budget").length).toBeGreaterThan(3);
  expect(new Set(states)).toEqual(new Set(["succeeded", "budget"]));
  const failed = runs.find(({ state }) => state === "failed");
  expect(failed?.error?.message).toMatch(/budget “Test” \(\$1\.00 a month for the workspace\).*All steps done so far are kept/);
  expect(fake.journal.length).toBe(Math.round(settled / ANSWER_USD));
  expect(Number((await getUsage(ctx(), { groupBy: "model" })).totals.costUsd)).toBeCloseTo(settled, 9);
});
