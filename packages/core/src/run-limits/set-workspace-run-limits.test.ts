import type { Actor } from "@crew/core/access/actor";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { startRun } from "../runs/start-run.ts";
import { getCrewRunLimits } from "./get-crew-run-limits.ts";
import { getWorkspaceRunLimits } from "./get-workspace-run-limits.ts";
import { setCrewRunLimits } from "./set-crew-run-limits.ts";
import { setWorkspaceRunLimits } from "./set-workspace-run-limits.ts";

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

const ctx = (who = actor) => ({ ...system, actor: who });
const start = (priority?: number) =>
  startRun(ctx(), crewId, { inputs: { topic: "tides" }, documents: [], ...(priority !== undefined && { priority }) });

test("limits are kept, replaced as a whole, and nothing until somebody sets them", async () => {
  expect(await getWorkspaceRunLimits(ctx())).toEqual({ maxConcurrentRuns: null, maxQueuedRuns: null, defaultMaxExecutionSeconds: null });
  expect(await getCrewRunLimits(ctx(), crewId)).toEqual({ maxConcurrentRuns: null, priority: 0 });
  const limits = { maxConcurrentRuns: 4, maxQueuedRuns: 2, defaultMaxExecutionSeconds: 60 };
  await setWorkspaceRunLimits(ctx(), limits);
  await setCrewRunLimits(ctx(), crewId, { maxConcurrentRuns: 1, priority: 7 });
  expect(await getWorkspaceRunLimits(ctx())).toEqual(limits);
  expect(await setWorkspaceRunLimits(ctx(), { ...limits, maxQueuedRuns: null })).toMatchObject({ maxQueuedRuns: null });
  expect(await getCrewRunLimits(ctx(), crewId)).toEqual({ maxConcurrentRuns: 1, priority: 7 });
  const audit = await readAudit(system, actor.workspaceId);
  expect(audit.map(({ action }) => action)).toEqual(expect.arrayContaining(["workspace.run_limits_set", "crew.run_limits_set"]));
});

test("a run takes its crew's priority, or its own", async () => {
  await setCrewRunLimits(ctx(), crewId, { maxConcurrentRuns: null, priority: 7 });
  expect([(await start()).priority, (await start(-3)).priority]).toEqual([7, -3]);
});

test("over the most that may wait a start is refused with the time to come again, and nothing is lost", async () => {
  await setWorkspaceRunLimits(ctx(), { maxConcurrentRuns: null, maxQueuedRuns: 2, defaultMaxExecutionSeconds: null });
  await start();
  await start();
  await expect(start()).rejects.toMatchObject({ code: "limited", detail: { retryAfterSeconds: expect.any(Number) } });
  const { rows } = await system.pool.query(
    "SELECT count(*)::int AS n FROM runs WHERE state = 'queued' AND workspace_id IN (SELECT workspace_id FROM run_limits WHERE max_queued_runs = 2)",
  );
  expect(rows).toEqual([{ n: 2 }]);
});

test("refuses who may not, and another's crew", async () => {
  const viewer = ctx(await createActor(system, { role: "viewer", workspaceId: actor.workspaceId }));
  const none = { maxConcurrentRuns: null, maxQueuedRuns: null, defaultMaxExecutionSeconds: null };
  await expect(setWorkspaceRunLimits(viewer, none)).rejects.toMatchObject({ code: "forbidden" });
  await expect(setCrewRunLimits(viewer, crewId, { maxConcurrentRuns: 1, priority: 0 })).rejects.toMatchObject({ code: "forbidden" });
  const stranger = ctx(await createActor(system));
  await expect(setCrewRunLimits(stranger, crewId, { maxConcurrentRuns: 1, priority: 0 })).rejects.toMatchObject({ code: "not_found" });
  await expect(getCrewRunLimits(stranger, crewId)).rejects.toMatchObject({ code: "not_found" });
});
