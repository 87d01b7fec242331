import { randomUUID } from "node:crypto";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { pastAllRules } from "@crew/testing/past-all-rules";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCrew } from "../../crews/create-crew.ts";
import { createHalt } from "../../halts/create-halt.ts";
import { deleteHalt } from "../../halts/delete-halt.ts";
import { setCrewRunLimits } from "../../run-limits/set-crew-run-limits.ts";
import { setWorkspaceRunLimits } from "../../run-limits/set-workspace-run-limits.ts";
import { CLAIM, LANES_AT_ONCE } from "./claim-statement.ts";
import { claimInTurn, claimRuns } from "./worker-leases.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(async () => {
  await system.pool.query("DELETE FROM runs");
  await system.pool.query("DELETE FROM halts");
});

const NO_LIMITS = { maxConcurrentRuns: null, maxQueuedRuns: null, defaultMaxExecutionSeconds: null };
const ctxOf = (actor: Actor) => ({ ...system, actor });
const crewOf = async (actor: Actor) => (await createCrew(ctxOf(actor), buildCrew())).id;

/** Runs that wait, the first the oldest; their ids are given back. */
async function plant(actor: Actor, crewId: string | null, count: number, priority = 0): Promise<string[]> {
  const ids = Array.from({ length: count }, () => system.newId("run"));
  await system.pool.query(
    `INSERT INTO runs (id, workspace_id, kind, crew_id, title, inputs, started_by, state, priority, created_at)
     SELECT id, $2, 'crew', $3, 'Waits', '{}', '{}', 'queued', $4, now() FROM unnest($1::uuid[]) id`,
    [ids.map(uuidFromTypeId), uuidFromTypeId(actor.workspaceId), crewId && uuidFromTypeId(crewId), priority],
  );
  return ids;
}

const claim = async (limit: number) => (await claimRuns(system, randomUUID(), limit)).map(({ run }) => run.id);

test("in a workspace the higher priority goes first, and the older of two that are equal", async () => {
  const actor = await createActor(system);
  const [one, two] = [await crewOf(actor), await crewOf(actor)];
  const [late] = await plant(actor, one, 1, -10);
  const [first, third] = await plant(actor, one, 2, 5);
  const [fourth] = await plant(actor, two, 1);
  const [second] = await plant(actor, two, 1, 5);
  const chats = await plant(actor, null, 1, 1_000);
  expect(await claim(1)).toEqual(chats);
  expect((await claim(3)).toSorted()).toEqual([first, second, third].toSorted());
  expect(await claim(1)).toEqual([fourth]);
  expect(await claim(8)).toEqual([late]);
  expect(await claim(8)).toEqual([]);
});

test("who has the fewest runs is served first: a thousand of one workspace do not delay the one of another", async () => {
  const [busy, quiet] = [await createActor(system), await createActor(system)];
  const crewId = await crewOf(busy);
  await plant(busy, crewId, 1_000, 100);
  await claim(4);
  const [only] = await plant(quiet, await crewOf(quiet), 1);
  expect(await claim(1)).toEqual([only]);
  const [next] = await plant(quiet, await crewOf(quiet), 1);
  expect(await claim(2)).toContain(next);
});

test("caps hold exactly when many claim at once, of a workspace and of a crew in it", async () => {
  const actor = await createActor(system);
  const [capped, other] = [await crewOf(actor), await crewOf(actor)];
  await setWorkspaceRunLimits(ctxOf(actor), { ...NO_LIMITS, maxConcurrentRuns: 5 });
  await setCrewRunLimits(ctxOf(actor), capped, { maxConcurrentRuns: 2, priority: 0 });
  for (let round = 0; round < 15; round++) {
    await system.pool.query("DELETE FROM runs");
    await plant(actor, capped, 12, 10);
    await plant(actor, other, 12);
    await Promise.all(Array.from({ length: 8 }, () => claimInTurn(system, randomUUID(), 3)));
    // Who was too late for a place of one lane may have left one of another: the worker claims again at once.
    await claim(8);
    const { rows } = await system.pool.query("SELECT crew_id, count(*)::int AS n FROM runs WHERE state = 'running' GROUP BY 1");
    const count = (id: string) => rows.find(({ crew_id }) => crew_id === uuidFromTypeId(id))?.n ?? 0;
    expect([count(capped), count(capped) + count(other)], `round ${round}`).toEqual([2, 5]);
  }
});

test("of what is not capped no run is claimed twice and none is left, however many claim at once", async () => {
  const actor = await createActor(system);
  const ids = await plant(actor, await crewOf(actor), 60);
  const claimed = (await Promise.all(Array.from({ length: 20 }, () => claim(3)))).flat();
  expect(new Set(claimed).size).toBe(claimed.length);
  claimed.push(...(await claim(60)));
  expect(claimed.toSorted()).toEqual(ids.toSorted());
});

test("what is halted stays in the queue, and others do not wait behind it", async () => {
  const [actor, stranger] = [await createActor(system), await createActor(system)];
  const [halted, other] = [await crewOf(actor), await crewOf(actor)];
  const waiting = await plant(actor, halted, 3, 100);
  const [free] = await plant(actor, other, 1);
  const ofCrew = await createHalt(ctxOf(actor), { scope: "crew", crewId: halted, reason: "Loops" });
  expect(await claim(8)).toEqual([free]);
  const ofWorkspace = await createHalt(ctxOf(actor), { scope: "workspace", crewId: null, reason: "Stop" });
  await deleteHalt(ctxOf(actor), ofCrew.id);
  const [anothers] = await plant(stranger, await crewOf(stranger), 1);
  expect(await claim(8)).toEqual([anothers]);
  await deleteHalt(ctxOf(actor), ofWorkspace.id);
  expect((await claim(8)).toSorted()).toEqual(waiting.toSorted());
});

test("behind more lanes than one claim looks at, halted ones too, every run has its turn", async () => {
  const actor = await createActor(system);
  const others = await Promise.all(Array.from({ length: LANES_AT_ONCE + 20 }, () => createActor(system)));
  for (const one of others) {
    await plant(one, null, 1);
    await createHalt(ctxOf(one), { scope: "workspace", crewId: null, reason: "Stop" });
  }
  const [free] = await plant(actor, await crewOf(actor), 1);
  const first = await claimInTurn(system, randomUUID(), 1);
  const second = await claimInTurn(system, randomUUID(), 1, first.turn);
  expect([first, second].flatMap(({ claims }) => claims.map(({ run }) => run.id))).toEqual([free]);
  expect(first.isMore).toBe(true);
});

test("a claim reads no table of runs from end to end, neither when it is empty nor when it is deep", async () => {
  const actor = await createActor(system);
  const client = await system.pool.connect();
  const zero = "00000000-0000-0000-0000-000000000000";
  const plan = async () => {
    await client.query("SET plan_cache_mode = force_generic_plan");
    await client.query(`PREPARE claim (uuid, int, uuid, uuid) AS ${CLAIM.text}`);
    const { rows } = await client.query(`EXPLAIN EXECUTE claim ('${zero}', 8, '${zero}', '${zero}')`);
    await client.query("DEALLOCATE claim");
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  };
  for (const count of [0, 20_000]) {
    await plant(actor, null, count);
    for (const step of ["SELECT 1", "ANALYZE runs"]) {
      await pastAllRules(system.databaseUrl, step);
      const text = await plan();
      // One run by its id is found by a bitmap too.
      expect(text).not.toMatch(/Seq Scan on runs\b|Bitmap Index Scan on runs_(?!pkey)/);
      expect(text.match(/Index Scan using runs_queue/g)?.length).toBeGreaterThanOrEqual(5);
    }
  }
  client.release(true);
  // Row by row so many take longer than a statement of the pool may.
  await pastAllRules(system.databaseUrl, "TRUNCATE runs CASCADE");
});

test("of runs that may be what ends their workers, a worker takes one at a time, beside all others", async () => {
  const actor = await createActor(system);
  const crewId = await crewOf(actor);
  const suspects = await plant(actor, crewId, 3, 10);
  const [first, second, third] = suspects;
  await system.pool.query("UPDATE runs SET fruitless_attempts = 2");
  const once = await plant(actor, crewId, 2);
  await system.pool.query("UPDATE runs SET fruitless_attempts = 1 WHERE priority = 0");
  const fresh = await plant(actor, await crewOf(actor), 1);
  const [worker, other] = [randomUUID(), randomUUID()];
  const claimBy = async (id: string) => (await claimInTurn(system, id, 8)).claims.map(({ run }) => run.id).toSorted();
  expect(await claimBy(worker)).toEqual([first, ...once, ...fresh].toSorted());
  expect(await claimBy(worker)).toEqual([]);
  expect(await claimInTurn(system, worker, 8)).toMatchObject({ claims: [], isMore: false });
  expect(await claimBy(other)).toEqual([second]);
  // It has completed a step.
  await system.pool.query("UPDATE runs SET fruitless_attempts = 1 WHERE lease_owner = $1", [worker]);
  expect(await claimBy(worker)).toEqual([third]);
});
