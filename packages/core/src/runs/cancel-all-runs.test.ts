import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { cancelAllRuns } from "./cancel-all-runs.ts";
import { getRun } from "./get-run.ts";
import { listRunEvents } from "./list-run-events.ts";
import { startRun } from "./start-run.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const inputs = { inputs: { topic: "x" }, documents: [] };

test("T-19 stops a crew's runs, then the workspace's, and nobody else's", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const other = { ...system, actor: await createActor(system) };
  const [one, two] = [await createCrew(ctx, buildCrew()), await createCrew(ctx, buildCrew())];
  const theirs = await startRun(other, (await createCrew(other, buildCrew())).id, inputs);
  const first = await startRun(ctx, one.id, inputs);
  const second = await startRun(ctx, two.id, inputs);
  expect(await cancelAllRuns(ctx, { crewId: one.id })).toEqual({ ended: 1, stopping: 0 });
  expect((await getRun(ctx, first.id)).state).toBe("cancelled");
  expect((await getRun(ctx, second.id)).state).toBe("queued");
  expect(await cancelAllRuns(ctx, { crewId: null })).toEqual({ ended: 1, stopping: 0 });
  expect(await cancelAllRuns(ctx, { crewId: null })).toEqual({ ended: 0, stopping: 0 });
  expect((await getRun(other, theirs.id)).state).toBe("queued");
  const { data } = await listRunEvents(ctx, second.id, { after: 0, limit: 10 });
  expect(data.map(({ seq, type }) => [seq, type])).toEqual([
    [1, "run_queued"],
    [2, "run_cancelled"],
  ]);
  const { rows } = await system.pool.query("SELECT subject, detail FROM audit_events WHERE action = 'runs.cancelled' ORDER BY id LIMIT 2");
  expect(rows).toEqual([
    { subject: one.id, detail: { ended: 1, stopping: 0 } },
    { subject: ctx.actor.workspaceId, detail: { ended: 1, stopping: 0 } },
  ]);
});

test("refuses who may not, and crews of others", async () => {
  const owner = await createActor(system);
  const viewer = { ...system, actor: await createActor(system, { role: "viewer", workspaceId: owner.workspaceId }) };
  await expect(cancelAllRuns(viewer, { crewId: null })).rejects.toMatchObject({ code: "forbidden" });
  const crew = await createCrew({ ...system, actor: owner }, buildCrew());
  const stranger = { ...system, actor: await createActor(system) };
  await expect(cancelAllRuns(stranger, { crewId: crew.id })).rejects.toMatchObject({ code: "not_found" });
});
