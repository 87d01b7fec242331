import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "./create-crew.ts";
import { getCrew } from "./get-crew.ts";
import { listCrewVersions } from "./list-crew-versions.ts";
import { updateCrew } from "./update-crew.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

async function startWithCrew() {
  const ctx = { ...system, actor: await createActor(system) };
  return { ctx, crew: await createCrew(ctx, buildCrew()) };
}

test("writes the next version; parts keep their ids by key, new ones get theirs, the others go", async () => {
  const { ctx, crew } = await startWithCrew();
  const input = buildCrew({
    name: "Longer brief",
    agents: [
      { key: "editor", role: "Editor", goal: "Shorten" },
      { key: "scout", role: "Senior scout", goal: "Find" },
    ],
    tasks: [
      { key: "write", description: "Write", expectedOutput: "Page", agent: "scout" },
      { key: "edit", description: "Edit", expectedOutput: "Page", agent: "editor", context: ["write"] },
    ],
  });
  const updated = await updateCrew(ctx, crew.id, input, { ifMatch: 1 });
  expect(updated).toMatchObject({ ...input, id: crew.id, version: 2, createdAt: crew.createdAt, placeholders: [] });
  expect(updated.agents[1]?.id).toBe(crew.agents[0]?.id);
  expect(updated.tasks[0]?.id).toBe(crew.tasks[1]?.id);
  expect(updated.agents[0]?.id).not.toBe(crew.agents[1]?.id);
  expect(await getCrew(ctx, crew.id)).toEqual(updated);
  const first = await listCrewVersions(ctx, crew.id, { limit: 1 });
  const second = await listCrewVersions(ctx, crew.id, { limit: 1, cursor: first.nextCursor ?? undefined });
  expect([...first.data, ...second.data].map(({ version, definition }) => [version, definition.name])).toEqual([
    [2, "Longer brief"],
    [1, "Brief"],
  ]);
  expect(second.nextCursor).toBeNull();
});

test("numbers changes that come at once without a gap, and loses none", async () => {
  const { ctx, crew } = await startWithCrew();
  await Promise.all(Array.from({ length: 8 }, (_, i) => updateCrew(ctx, crew.id, buildCrew({ name: `Name ${i}` }))));
  const { data } = await listCrewVersions(ctx, crew.id, { limit: 20 });
  expect(data.map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(new Set(data.map(({ definition }) => definition.name)).size).toBe(9);
});

test("of two editors with the same version one wins; the other gets the crew as it is", async () => {
  const { ctx, crew } = await startWithCrew();
  const outcomes = await Promise.allSettled(["A", "B"].map((name) => updateCrew(ctx, crew.id, buildCrew({ name }), { ifMatch: 1 })));
  const won = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const lost = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  expect(won).toHaveLength(1);
  expect(lost).toMatchObject([{ code: "stale", detail: { current: won[0] } }]);
});

test("a version cannot be changed, not even in the database", async () => {
  const { crew } = await startWithCrew();
  const tamper = { name: "test_tamper", text: "UPDATE crew_versions SET definition = '{}' WHERE crew_id = $1" };
  await expect(system.statements.run(tamper, [uuidFromTypeId(crew.id)])).rejects.toThrow("immutable");
});

test("refuses without permission, from outside and what does not fit, and then changes nothing", async () => {
  const { ctx, crew } = await startWithCrew();
  const viewer = await createActor(system, { role: "viewer", workspaceId: ctx.actor.workspaceId });
  await expect(updateCrew({ ...system, actor: viewer }, crew.id, buildCrew())).rejects.toMatchObject({ code: "forbidden" });
  const stranger = { ...system, actor: await createActor(system) };
  await expect(updateCrew(stranger, crew.id, buildCrew())).rejects.toMatchObject({ code: "not_found" });
  await expect(updateCrew(ctx, crew.id, buildCrew({ model: "lost/m" }))).rejects.toMatchObject({ code: "invalid" });
  expect(await getCrew(ctx, crew.id)).toEqual(crew);
});

test("leaves an audit row and word on the workspace's topic", async () => {
  const { ctx, crew } = await startWithCrew();
  const { messages, stop } = await hear(system, `workspace:${ctx.actor.workspaceId}`);
  await updateCrew(ctx, crew.id, buildCrew({ name: "New" }));
  await stop();
  expect(messages).toEqual([{ type: "changed", what: "crew", id: crew.id }]);
  const [, updated] = await readAudit(system, ctx.actor.workspaceId);
  expect(updated).toMatchObject({ action: "crew.updated", subject: crew.id, detail: { name: "New", version: 2 } });
});
