import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getAgent } from "../agents/get-agent.ts";
import { listAgents } from "../agents/list-agents.ts";
import { cancelRun } from "../runs/cancel-run.ts";
import { getRun } from "../runs/get-run.ts";
import { startRun } from "../runs/start-run.ts";
import { listTasks } from "../tasks/list-tasks.ts";
import { createCrew } from "./create-crew.ts";
import { deleteCrew } from "./delete-crew.ts";
import { getCrew } from "./get-crew.ts";
import { listCrews } from "./list-crews.ts";
import { updateCrew } from "./update-crew.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const input = { inputs: { topic: "tides" }, documents: [] };

test("lists newest first with parts and runs counted, page by page", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const crews = [];
  for (const name of ["One", "Two", "Three"]) crews.push(await createCrew(ctx, buildCrew({ name })));
  const two = crews[1]?.id ?? "";
  const first = await startRun(ctx, two, input);
  await cancelRun(ctx, first.id);
  const runs = [await startRun(ctx, two, input), await startRun(ctx, two, input)];
  const page = await listCrews(ctx, { limit: 2 });
  expect(page.data).toMatchObject([
    { name: "Three", agentCount: 2, taskCount: 2, version: 1, activeRuns: 0, lastRun: null },
    { id: two, name: "Two", activeRuns: 2, lastRun: { id: runs[1]?.id, state: "queued", createdAt: runs[1]?.createdAt } },
  ]);
  const rest = await listCrews(ctx, { limit: 2, cursor: page.nextCursor ?? undefined });
  expect(rest).toMatchObject({ data: [{ name: "One" }], nextCursor: null });
});

test("refuses a bad cursor and shows nothing of another workspace", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  await createCrew({ ...system, actor: await createActor(system) }, buildCrew());
  expect(await listCrews(ctx, { limit: 10 })).toEqual({ data: [], nextCursor: null });
  await expect(listCrews(ctx, { limit: 10, cursor: "nonsense" })).rejects.toMatchObject({ code: "invalid" });
  await expect(listCrews({ ...system, actor: { ...ctx.actor, permissions: [] } }, { limit: 10 })).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("a deleted crew is gone with its parts and cannot be started; its runs stay", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const crew = await createCrew(ctx, buildCrew());
  const run = await startRun(ctx, crew.id, input);
  const viewer = await createActor(system, { role: "viewer", workspaceId: ctx.actor.workspaceId });
  await expect(deleteCrew({ ...system, actor: viewer }, crew.id)).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...system, actor: await createActor(system) };
  await expect(deleteCrew(stranger, crew.id)).rejects.toMatchObject({ code: "not_found" });

  expect(await deleteCrew(ctx, crew.id)).toBeNull();
  expect((await listCrews(ctx, { limit: 10 })).data).toEqual([]);
  expect((await listAgents(ctx, { limit: 10 })).data).toEqual([]);
  expect((await listTasks(ctx, { limit: 10, crewId: crew.id })).data).toEqual([]);
  for (const attempt of [
    () => getCrew(ctx, crew.id),
    () => getAgent(ctx, crew.agents[0]?.id ?? ""),
    () => updateCrew(ctx, crew.id, buildCrew()),
    () => startRun(ctx, crew.id, input),
    () => deleteCrew(ctx, crew.id),
  ])
    await expect(attempt()).rejects.toMatchObject({ code: "not_found" });
  expect(await getRun(ctx, run.id)).toMatchObject({ id: run.id, state: "queued", crewId: crew.id });
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({ action: "crew.deleted", subject: crew.id });
});
