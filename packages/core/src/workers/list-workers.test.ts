import { randomUUID } from "node:crypto";
import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { deadRunOf } from "@crew/testing/dead-run-of";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actingFor } from "../access/acting-for.ts";
import { createCrew } from "../crews/create-crew.ts";
import type { GaugeSample } from "../metrics.ts";
import { claimRuns } from "../runs/execute/worker-leases.ts";
import { startRun } from "../runs/start-run.ts";
import type { Statements } from "../system.ts";
import { listWorkers } from "./list-workers.ts";
import { operationGauges } from "./operation-gauges.ts";

let system: TestSystem;
let ada: Actor;
let eve: Actor;
const workerId = randomUUID();

beforeAll(async () => {
  system = await openTestSystem();
  [ada, eve] = [await createActor(system), await createActor(system, { name: "Eve" })];
  await system.pool.query(
    `INSERT INTO workers (id, lock_key, host, pid, capacity, version, started_at, heartbeat_at)
     VALUES ($1, 7, 'a-host', 4242, 8, '1.2.3', now() - interval '1 minute', now() - interval '2 seconds')`,
    [workerId],
  );
  const start = async (actor: Actor) => {
    const { id } = await createCrew({ ...system, actor }, buildCrew());
    return startRun({ ...system, actor }, id, { inputs: { topic: "tides" }, documents: [] });
  };
  await deadRunOf(system, (await start(ada)).id);
  await start(ada);
  await start(eve);
  expect(await claimRuns(system, workerId, 5)).toHaveLength(2);
  await start(ada);
});
afterAll(() => system[Symbol.asyncDispose]());

const list = (actor: Actor) => listWorkers(actingFor(system, actor));

test("tells who runs what, the depth of the queue and how fast it moves, of this workspace alone", async () => {
  const told = await list(ada);
  const [worker] = told.workers;
  expect(told.workers).toHaveLength(1);
  expect(worker).toMatchObject({ host: "a-host", pid: 4242, version: "1.2.3", capacity: 8, running: 2 });
  expect(worker?.heartbeatAgeMs).toBeGreaterThanOrEqual(2_000);
  expect(worker?.runs).toMatchObject([{ name: "Brief", kind: "crew", attempt: 1, lastEvent: "run_queued", stepKey: null }]);
  expect(worker?.runs[0]?.leaseAgeMs).toBeLessThan(10_000);
  expect(told).toMatchObject({ queued: [{ kind: "crew", count: 1 }], waiting: [], running: 1, openDeadLetters: 1 });
  // The one that has started and the one that has ended.
  expect(told.rates.last60Minutes).toEqual({ startedPerMinute: 1 / 60, endedPerMinute: 1 / 60 });
  expect((await list(eve)).workers[0]?.runs).toHaveLength(1);
  expect(await list(eve)).toMatchObject({ queued: [], running: 1, openDeadLetters: 0 });
});

test("is not for everybody", async () => {
  await expect(list({ ...ada, permissions: ["runs:read"] })).rejects.toMatchObject({ code: "forbidden" });
});

test("tells the same as metrics, of the whole installation and with one statement for all", async () => {
  const reads = new Map<string, () => GaugeSample[] | Promise<GaugeSample[]>>();
  let statements = 0;
  const counting: Statements = {
    run(statement, values) {
      statements += 1;
      return system.statements.run(statement, values);
    },
  };
  operationGauges({ statements: counting, metrics: { count: () => {}, observe: () => {}, gauge: (name, read) => reads.set(name, read) } });
  const samples = Object.fromEntries(await Promise.all([...reads].map(async ([name, read]) => [name, await read()])));
  expect(statements).toBe(1);
  expect(samples.runs).toEqual([
    { labels: { state: "queued" }, value: 1 },
    { labels: { state: "running" }, value: 2 },
    { labels: { state: "waiting" }, value: 0 },
  ]);
  expect(samples.queue_depth).toEqual([{ labels: { kind: "crew" }, value: 1 }]);
  expect(samples.workers).toEqual([{ labels: {}, value: 1 }]);
  expect(samples.worker_capacity).toEqual([{ labels: {}, value: 8 }]);
  expect(samples.run_attempts_max).toEqual([{ labels: {}, value: 1 }]);
  expect(samples.dead_letters_open).toContainEqual({ labels: { kind: "run" }, value: 1 });
  expect(samples.lease_age_max_seconds[0].value).toBeLessThan(10);
});
