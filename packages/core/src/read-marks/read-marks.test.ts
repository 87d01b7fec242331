import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../access/actor.ts";
import { createCrew } from "../crews/create-crew.ts";
import { cancelAllRuns } from "../runs/cancel-all-runs.ts";
import { startRun } from "../runs/start-run.ts";
import { foldReadMarks } from "./fold-read-marks.ts";
import { readVersion } from "./read-version.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

async function marksOf(actor: Actor, kind = "run"): Promise<{ writer: number; weight: number }[]> {
  const { rows } = await system.pool.query<{ writer: number; weight: number }>(
    "SELECT writer, weight::int FROM read_marks WHERE workspace_id = $1 AND kind = $2 ORDER BY writer",
    [uuidFromTypeId(actor.workspaceId), kind],
  );
  return rows;
}
const total = (marks: { weight: number }[]) => marks.reduce((sum, { weight }) => sum + weight, 0);

async function startRuns(count: number) {
  const ctx = { ...system, actor: await createActor(system) };
  const crew = await createCrew(ctx, buildCrew());
  for (let i = 0; i < count; i++) await startRun(ctx, crew.id, { inputs: { topic: "tides" }, documents: [] });
  return { ctx, crew };
}

test("every change is counted, in no more rows than there are connections", async () => {
  const { ctx } = await startRuns(60);
  const marks = await marksOf(ctx.actor);
  expect(total(marks)).toBe(60);
  expect(marks.length).toBeLessThanOrEqual(system.pool.options.max);
});

test("a transaction that changes many rows counts once, and what it takes back is not counted", async () => {
  const { ctx, crew } = await startRuns(20);
  const client = await system.pool.connect();
  try {
    const before = await readVersion(system, ctx.actor.workspaceId, ["run"]);
    await client.query("BEGIN");
    await client.query("UPDATE runs SET state = 'cancelled', ended_at = now() WHERE crew_id = $1", [uuidFromTypeId(crew.id)]);
    await client.query("ROLLBACK");
    expect(await readVersion(system, ctx.actor.workspaceId, ["run"])).toBe(before);
  } finally {
    client.release();
  }
  await cancelAllRuns(ctx, { crewId: crew.id });
  // 20 starts, and all stops in one statement.
  expect(total(await marksOf(ctx.actor))).toBe(21);
});

test("what closed connections counted is put together, and the version stays as it is", async () => {
  const { ctx } = await startRuns(3);
  const workspace = uuidFromTypeId(ctx.actor.workspaceId);
  const gone = [2_000_000_001, 2_000_000_002];
  await system.pool.query("INSERT INTO read_marks SELECT $1, 'run', unnest($2::int[]), 7", [workspace, gone]);
  const before = await readVersion(system, ctx.actor.workspaceId, ["run", "crew"]);
  await foldReadMarks(system);
  expect(await readVersion(system, ctx.actor.workspaceId, ["run", "crew"])).toBe(before);
  const marks = await marksOf(ctx.actor);
  expect(marks[0]).toEqual({ writer: 0, weight: 14 });
  expect(marks.filter(({ writer }) => gone.includes(writer))).toEqual([]);
  // Connections that are open still count in their own.
  expect(marks.length).toBeGreaterThan(1);
});
