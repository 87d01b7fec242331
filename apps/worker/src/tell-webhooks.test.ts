import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { createCrew } from "@crew/core/crews/create-crew";
import { cancelAllRuns } from "@crew/core/runs/cancel-all-runs";
import { cancelRun } from "@crew/core/runs/cancel-run";
import { startRun } from "@crew/core/runs/start-run";
import { createWebhook } from "@crew/core/webhooks/create-webhook";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startWorker } from "./app.ts";

interface Told {
  path: string;
  type: string;
  data: Record<string, unknown>;
  afterMs: number;
}

const HANG_MS = 15_000;
const told: Told[] = [];
/** Answers at once, but for `/hang`, which never does. */
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { type, data, timestamp } = JSON.parse(body);
  told.push({ path: request.url ?? "", type, data, afterMs: Date.now() - Date.parse(timestamp) });
  if (request.url !== "/hang") response.end("taken");
});

let fake: FakeProvider;
let system: TestSystem;
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)], egressAllow: [`127.0.0.1:${port}`] } });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  receiver.close();
});

async function listener(events: string[], path = "/") {
  const ctx = { ...system, actor: await createActor(system) };
  await createWebhook(ctx, { url: base + path, events, minSeverity: "info" });
  const crew = await createCrew(ctx, buildCrew({ model: "fake/fake-model" }));
  const start = () => startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
  return { ctx, crew, start };
}

const typesOf = (runId: string) => told.filter(({ data }) => data.runId === runId).map(({ type }) => type);

test("a run's start, tasks and end are told in order, with ids, totals and output; to who listens to less, less", async () => {
  const { ctx, crew, start } = await listener(["run.", "task.completed", "crew."]);
  await createWebhook(ctx, { url: `${base}/failures`, events: ["run.failed"], minSeverity: "info" });
  await using _worker = await startWorker(system, { capacity: 2 });
  const run = await start();
  await vi.waitFor(() => expect(typesOf(run.id)).toContain("run.succeeded"), 10_000);
  expect(typesOf(run.id)).toEqual(["run.started", ...crew.tasks.map(() => "task.completed"), "run.succeeded"]);
  const last = told.find(({ type }) => type === "run.succeeded");
  expect(last?.data).toMatchObject({ runId: run.id, crewId: crew.id, crewName: crew.name, state: "succeeded", isOutputCut: false });
  expect(last?.data.totals).toMatchObject({ modelCalls: expect.any(Number), costUsd: null });
  expect(JSON.stringify(told)).not.toContain("inputs");
  expect(told.some(({ path }) => path === "/failures")).toBe(false);
});

test("stops are told whichever way they come, once, and of conversations nothing is", async () => {
  const { ctx, start } = await listener(["run."]);
  const [one, two, three] = [await start(), await start(), await start()];
  await cancelRun(ctx, one.id);
  await cancelRun(ctx, one.id);
  await cancelAllRuns(ctx, { crewId: null });
  const rows = await system.pool.query(
    "SELECT type, payload->>'runId' AS id, payload->>'by' AS by FROM outbox_events WHERE payload->>'runId' = ANY($1)",
    [[one, two, three].map(({ id }) => id)],
  );
  expect(rows.rows.map(({ type, id }) => `${type} ${id}`).toSorted()).toEqual(
    [one, two, three].map(({ id }) => `run.cancelled ${id}`).toSorted(),
  );
  expect(rows.rows[0].by).toBe(ctx.actor.name);
});

test("where nobody listens a run writes no row", async () => {
  const { ctx, start } = await listener(["budget."]);
  await using _worker = await startWorker(system, { capacity: 2 });
  const run = await start();
  await vi.waitFor(async () => {
    const { rows } = await system.pool.query("SELECT 1 FROM runs WHERE id = $1 AND state = 'succeeded'", [uuidFromTypeId(run.id)]);
    expect(rows).toHaveLength(1);
  }, 10_000);
  const { rows } = await system.pool.query("SELECT type FROM outbox_events WHERE workspace_id = $1", [
    uuidFromTypeId(ctx.actor.workspaceId),
  ]);
  expect(rows).toEqual([]);
});

test("a receiver that hangs, with a hundred messages waiting, does not hold back ten others, which get theirs in order", async () => {
  const { ctx } = await listener(["load."], "/hang");
  for (let n = 0; n < 10; n++) await createWebhook(ctx, { url: `${base}/good/${n}`, events: ["load.good"], minSeverity: "info" });
  told.length = 0;
  await using _worker = await startWorker(system, { capacity: 1, drainMs: 100 });
  await system.pool.query(
    `WITH told AS (
      INSERT INTO outbox_events (workspace_id, type, payload, created_at)
      SELECT $1, CASE WHEN n > 90 THEN 'load.good' ELSE 'load.more' END, jsonb_build_object('n', n), clock_timestamp() FROM generate_series(1, 100) n
      RETURNING 1
    ) SELECT count(pg_notify('crew_outbox', '')) FROM told`,
    [uuidFromTypeId(ctx.actor.workspaceId)],
  );
  const good = (n = "") => told.filter(({ path }) => path.startsWith(`/good/${n}`));
  await vi.waitFor(() => expect(good()).toHaveLength(100), { timeout: HANG_MS, interval: 20 });
  for (let n = 0; n < 10; n++) expect(good(`${n}`).map(({ data }) => data.n)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
  const waits = good()
    .map(({ afterMs }) => afterMs)
    .toSorted((a, b) => a - b);
  console.log(`a hundred deliveries to ten receivers beside one that hangs: p50 ${waits[50]} ms, p99 ${waits[98]} ms`);
  expect(waits[98]).toBeLessThan(2_000);
  expect(told.filter(({ path }) => path === "/hang")).toHaveLength(1);
});
