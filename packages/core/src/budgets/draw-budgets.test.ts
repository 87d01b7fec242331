import { randomUUID } from "node:crypto";
import { type Budget, CreateBudget } from "@crew/contracts/budgets";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { startRun } from "../runs/start-run.ts";
import { createBudget } from "./create-budget.ts";
import { deleteBudget } from "./delete-budget.ts";
import { getBudget } from "./get-budget.ts";
import { settleLeftOpen } from "./settle-left-open.ts";
import { updateBudget } from "./update-budget.ts";

let system: TestSystem;
let actor: Actor;
let crewId: string;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(async () => {
  actor = await createActor(system);
  crewId = (await createCrew(ctx(), buildCrew())).id;
});

const ctx = () => ({ ...system, actor });
const budget = (input: object): Promise<Budget> =>
  createBudget(ctx(), CreateBudget.parse({ name: "Test", scope: "workspace", period: "month", measure: "tokens", ...input }));
const newRun = async (of = crewId) => uuidFromTypeId((await startRun(ctx(), of, { inputs: { topic: "x" }, documents: [] })).id);

interface Given {
  settle?: { attemptId: string; calls: number; tokens: number | null; usd: string | null }[];
  want?: { outputTokens?: number; inputTokens?: number; leastOutputTokens?: number; inputUsd?: string | null };
  activeMs?: number;
}
const asked = (attemptId: string, { settle = [], want, activeMs = 0 }: Given) => {
  const wanted = {
    attemptId,
    inputTokens: 10,
    inputUsd: "0.01",
    withMillionUsd: "10.01",
    outputTokens: 100,
    leastOutputTokens: 20,
    ...want,
  };
  return JSON.stringify({ settle, wants: want ? [wanted] : [], activeMs });
};
/** Returns the attempt and what it was granted, or why not. */
async function draw(run: string, given: Given, client: pg.Pool | pg.Client = system.pool) {
  const attemptId = randomUUID();
  try {
    const { rows } = await client.query("SELECT draw_budgets($1, $2) AS drawn", [run, asked(attemptId, given)]);
    return { attemptId, drawn: rows[0].drawn, granted: rows[0].drawn?.granted[attemptId] ?? null, why: null, detail: null };
  } catch (error) {
    const { code, detail } = error as { code: string; detail: string };
    if (code !== "ZB001") throw error;
    const told = JSON.parse(detail) as { why: string; name: string; budgetId: string };
    return { attemptId, drawn: null, granted: null, why: told.why, detail: told };
  }
}
const settled = (attemptId: string, tokens: number | null) => ({ settle: [{ attemptId, calls: 1, tokens, usd: null }] });
const counters = async ({ id }: Budget) => {
  const { rows } = await system.pool.query(
    "SELECT subject_key AS key, settled::float, reserved::float FROM budget_counters WHERE budget_id = $1 ORDER BY subject_key",
    [uuidFromTypeId(id)],
  );
  return rows as { key: string; settled: number; reserved: number }[];
};

describe("a draw", () => {
  test("reserves the most that a call may come to, and charges what it came to", async () => {
    const month = await budget({ limit: "1000" });
    const run = await newRun();
    const one = await draw(run, { want: {} });
    expect(one.granted).toBe(100);
    expect(await counters(month)).toMatchObject([{ settled: 0, reserved: 110 }]);
    await draw(run, settled(one.attemptId, 35));
    expect(await counters(month)).toMatchObject([{ settled: 35, reserved: 0 }]);
    // Whoever settles it again, and with whatever, changes nothing.
    await draw(run, settled(one.attemptId, 90));
    expect(await counters(month)).toMatchObject([{ settled: 35, reserved: 0 }]);
    const cut = await draw(run, { want: {} });
    await draw(run, settled(cut.attemptId, null));
    expect(await counters(month)).toMatchObject([{ settled: 145, reserved: 0 }]);
  });

  test("of two at once for the last room one is granted, and the other waits for what it holds", async () => {
    const month = await budget({ limit: "150" });
    const run = await newRun();
    const clients = [new pg.Client(system.databaseUrl), new pg.Client(system.databaseUrl)];
    for (const client of clients) await client.connect();
    const [one, two] = clients as [pg.Client, pg.Client];
    await one.query("BEGIN");
    const first = await draw(run, { want: {} }, one);
    const second = draw(run, { want: {} }, two);
    await one.query("COMMIT");
    expect(first.granted).toBe(100);
    expect(await second).toMatchObject({ granted: null, why: "held" });
    expect(await counters(month)).toMatchObject([{ reserved: 110 }]);
    // When nobody else holds any of it, a call is made shorter to fit, down to what is worth a call.
    await draw(run, settled(first.attemptId, 90));
    const short = await draw(run, { want: {} });
    expect(short.granted).toBe(50);
    await draw(run, settled(short.attemptId, 45));
    expect(await draw(run, { want: {} })).toMatchObject({ why: "reached", detail: { name: "Test", settled: "135", limit: "150" } });
    for (const client of clients) await client.end();
  });

  test("holds a limit in every measure; a price that is unknown is refused by dollars alone", async () => {
    const run = await newRun();
    const dollars = await budget({ measure: "usd", limit: "0.02" });
    const calls = await budget({ measure: "calls", limit: "1" });
    // A cent for the question, a tenth of one for the answer.
    const one = await draw(run, { want: {} });
    expect(one.granted).toBe(100);
    expect(await counters(dollars)).toMatchObject([{ reserved: 0.011 }]);
    await draw(run, { settle: [{ attemptId: one.attemptId, calls: 1, tokens: 50, usd: "0.004" }] });
    expect(await counters(dollars)).toMatchObject([{ settled: 0.004, reserved: 0 }]);
    expect(await draw(run, { want: {} })).toMatchObject({ why: "reached", detail: { budgetId: uuidFromTypeId(calls.id) } });
    await updateBudget(ctx(), calls.id, { limit: "5" });
    expect(await draw(run, { want: { inputUsd: null } })).toMatchObject({ why: "price_unknown" });
    const minutes = await budget({ measure: "minutes", limit: "0.5" });
    await updateBudget(ctx(), dollars.id, { isEnabled: false });
    expect((await draw(run, { activeMs: 12_000 })).drawn.minutes).toMatchObject({ leftMs: 18_000 });
    await draw(run, { activeMs: 18_000 });
    expect(await draw(run, { want: {} })).toMatchObject({ why: "reached", detail: { budgetId: uuidFromTypeId(minutes.id) } });
  });

  test("each run, crew, key and person has its own, and a named one is for nobody else", async () => {
    const eachRun = await budget({ scope: "run", period: "total", limit: "150" });
    const eachCrew = await budget({ scope: "crew", period: "day", limit: "250" });
    const other = (await createCrew(ctx(), buildCrew({ name: "Other" }))).id;
    const named = await budget({ scope: "crew", subjectId: other, limit: "20" });
    const person = await budget({ scope: "user", subjectId: actor.userId, limit: "10000" });
    const [one, two, three] = [await newRun(), await newRun(), await newRun(other)];
    expect([(await draw(one, { want: {} })).granted, (await draw(two, { want: {} })).granted]).toEqual([100, 100]);
    expect(await draw(one, { want: {} })).toMatchObject({ why: "held", detail: { budgetId: uuidFromTypeId(eachRun.id) } });
    expect(await draw(await newRun(), { want: {} })).toMatchObject({ why: "held", detail: { budgetId: uuidFromTypeId(eachCrew.id) } });
    expect(await draw(three, { want: {} })).toMatchObject({ why: "reached", detail: { budgetId: uuidFromTypeId(named.id) } });
    expect(await counters(eachCrew)).toHaveLength(1);
    expect(await counters(person)).toMatchObject([{ reserved: 220 }]);
    const keyActor = { ...actor, kind: "api_key" as const, apiKeyId: system.newId("key") };
    const byKey = await startRun({ ...system, actor: keyActor }, crewId, { inputs: { topic: "x" }, documents: [] });
    const eachKey = await budget({ scope: "api_key", limit: "5000" });
    await updateBudget(ctx(), eachCrew.id, { isEnabled: false });
    await draw(uuidFromTypeId(byKey.id), { want: {} });
    expect(await counters(eachKey)).toMatchObject([{ key: uuidFromTypeId(keyActor.apiKeyId), reserved: 110 }]);
  });

  test("a run that another has started draws on what that one may spend too", async () => {
    const eachRun = await budget({ scope: "run", period: "total", limit: "150" });
    const eachCrew = await budget({ scope: "crew", period: "total", limit: "1000" });
    const parent = await newRun();
    const child = await newRun((await createCrew(ctx(), buildCrew({ name: "Child" }))).id);
    await system.pool.query("UPDATE runs SET parent_run_id = $1 WHERE id = $2", [parent, child]);
    const one = await draw(child, { want: {} });
    expect((await counters(eachRun)).map(({ reserved }) => reserved)).toEqual([110, 110]);
    expect((await counters(eachCrew)).map(({ reserved }) => reserved)).toEqual([110, 110]);
    expect(await draw(parent, { want: {} })).toMatchObject({ why: "held" });
    await draw(child, settled(one.attemptId, 100));
    expect((await draw(parent, { want: {} })).granted).toBe(40);
  });

  test("begins with what the period has cost before the budget was made", async () => {
    const run = await newRun();
    await system.pool.query(
      `INSERT INTO call_attempts (id, run_id, workspace_id, step_key, provider, model, outcome, input_tokens, output_tokens, epoch, sent_at)
       VALUES (gen_random_uuid(), $1, $2, 'k', 'fake', 'm', 'completed', 30, 50, 1, now()), (gen_random_uuid(), $1, $2, 'l', 'fake', 'm', 'completed', 5, 5, 1, now() - interval '40 days')`,
      [run, uuidFromTypeId(actor.workspaceId)],
    );
    const month = await budget({ limit: "1000" });
    expect((await getBudget(ctx(), month.id)).uses).toMatchObject([{ settled: "80", remaining: "920" }]);
    const eachRun = await budget({ scope: "run", period: "total", limit: "1000" });
    await draw(run, { want: {} });
    expect(await counters(month)).toMatchObject([{ settled: 80, reserved: 110 }]);
    // Of a run what it has cost itself, so nothing from before it.
    expect(await counters(eachRun)).toMatchObject([{ settled: 80 }]);
  });

  test("a new period has a counter of its own, and what was reserved in the old one is settled there", async () => {
    const day = await budget({ period: "day", limit: "120" });
    const run = await newRun();
    const before = await draw(run, { want: {} });
    const yesterday = "UPDATE budget_counters SET period_start = period_start - interval '1 day' WHERE budget_id = $1";
    await system.pool.query(yesterday, [uuidFromTypeId(day.id)]);
    await system.pool.query("UPDATE budget_reservations SET period_start = period_start - interval '1 day' WHERE budget_id = $1", [
      uuidFromTypeId(day.id),
    ]);
    const after = await draw(run, { want: {}, ...settled(before.attemptId, 70) });
    expect(after.granted).toBe(100);
    const rows = (await counters(day)).toSorted((a, b) => a.reserved - b.reserved);
    expect(rows).toMatchObject([
      { settled: 70, reserved: 0 },
      { settled: 0, reserved: 110 },
    ]);
  });

  test("without a budget a run draws nothing, and one that is removed leaves the rest in order", async () => {
    const run = await newRun();
    expect((await draw(run, { want: {} })).drawn).toBeNull();
    const gone = await budget({ limit: "1000" });
    const kept = await budget({ limit: "2000" });
    const one = await draw(run, { want: {} });
    await deleteBudget(ctx(), gone.id);
    await draw(run, settled(one.attemptId, 40));
    expect(await counters(kept)).toMatchObject([{ settled: 40, reserved: 0 }]);
  });
});

test("what an ended run has left open is charged once, in the budget and in the ledger", async () => {
  const dollars = await budget({ measure: "usd", limit: "5" });
  const run = await newRun();
  const { attemptId } = await draw(run, { want: {} });
  await system.pool.query(
    `INSERT INTO call_attempts (id, run_id, workspace_id, step_key, provider, model, outcome, epoch, sent_at) VALUES ($1, $2, $3, 'k', 'fake', 'm', 'pending', 1, now())`,
    [attemptId, run, uuidFromTypeId(actor.workspaceId)],
  );
  await settleLeftOpen(system);
  expect(await counters(dollars)).toMatchObject([{ settled: 0, reserved: 0.011 }]);
  await system.pool.query("UPDATE runs SET state = 'cancelled', ended_at = now() WHERE id = $1", [run]);
  await settleLeftOpen(system);
  await settleLeftOpen(system);
  expect(await counters(dollars)).toMatchObject([{ settled: 0.011, reserved: 0 }]);
  const { rows } = await system.pool.query("SELECT outcome, cost_usd::float AS cost, is_estimated FROM call_attempts WHERE id = $1", [
    attemptId,
  ]);
  expect(rows).toEqual([{ outcome: "ambiguous", cost: 0.011, is_estimated: true }]);
});

test("whatever begins and ends in whatever order, the books are those of a model with one hand", { timeout: 30_000 }, async () => {
  const limits = { workspace: 900, run: 400 };
  const month = await budget({ limit: String(limits.workspace) });
  const eachRun = await budget({ scope: "run", period: "total", limit: String(limits.run) });
  const runs = [await newRun(), await newRun(), await newRun()];
  let seed = 20_261_130;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed % below;
  };
  const open: { run: string; attemptId: string; amount: number }[] = [];
  const spent = new Map(runs.map((run) => [run, 0]));
  const held = (run?: string) => open.filter((one) => run === undefined || one.run === run).reduce((sum, { amount }) => sum + amount, 0);
  const used = (run?: string) => (run ? (spent.get(run) ?? 0) : [...spent.values()].reduce((a, b) => a + b, 0));
  for (let step = 0; step < 220; step++) {
    const run = runs[random(runs.length)] ?? "";
    if (random(2) === 0 && open.length > 0) {
      const [one] = open.splice(random(open.length), 1);
      if (!one) continue;
      const actual = random(3) === 0 ? null : random(one.amount + 1);
      await draw(one.run, settled(one.attemptId, actual));
      spent.set(one.run, (spent.get(one.run) ?? 0) + (actual ?? one.amount));
    } else {
      const inputTokens = 1 + random(60);
      const rooms = [
        { room: limits.workspace - used(), reserved: held() },
        { room: limits.run - used(run), reserved: held(run) },
      ];
      const expected = rooms.reduce<number | string>((granted, { room, reserved }) => {
        if (typeof granted === "string") return granted;
        if (inputTokens + 20 > room) return "reached";
        if (inputTokens + granted <= room - reserved) return granted;
        return reserved > 0 ? "held" : room - inputTokens;
      }, 100);
      const { attemptId, granted, why } = await draw(run, { want: { inputTokens } });
      expect(why ?? granted, `step ${step}`).toBe(expected);
      if (granted !== null) open.push({ run, attemptId, amount: inputTokens + granted });
    }
    expect(used() + held()).toBeLessThanOrEqual(limits.workspace);
  }
  expect(await counters(month)).toMatchObject([{ settled: used(), reserved: held() }]);
  const byRun = new Map((await counters(eachRun)).map(({ key, ...sums }) => [key, sums]));
  for (const run of runs) expect(byRun.get(run)).toEqual({ settled: used(run), reserved: held(run) });
});
