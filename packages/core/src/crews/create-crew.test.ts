import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOnce } from "../idempotency/answer-once.ts";
import { createCrew } from "./create-crew.ts";
import { definitionOf } from "./crew-draft.ts";
import { getCrew } from "./get-crew.ts";
import { listCrewVersions } from "./list-crew-versions.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

test("keeps a whole crew, with ids for its parts and its first version", async () => {
  const ctx = { ...system, actor: await createActor(system) };
  const input = buildCrew({
    example: { inputs: { topic: "tides" }, documents: [{ name: "a.txt", text: "Tides rise." }] },
    tasks: [
      { key: "find", description: "Find {topic}", expectedOutput: "A {form}", agent: "scout", tools: ["read_document"] },
      { key: "write", description: "Write", expectedOutput: "Page", agent: "writer", context: [], humanInput: true },
    ],
  });
  const crew = await createCrew(ctx, input);
  expect(crew).toMatchObject({ ...input, version: 1, createdBy: ctx.actor.userId, placeholders: ["topic", "form"] });
  expect(crew.agents.every(({ id }) => id.startsWith("agent_")) && crew.tasks.every(({ id }) => id.startsWith("task_"))).toBe(true);
  expect(await getCrew(ctx, crew.id)).toEqual(crew);
  const { data } = await listCrewVersions(ctx, crew.id, { limit: 5 });
  expect(data).toEqual([
    {
      crewId: crew.id,
      version: 1,
      definition: definitionOf(crew),
      createdBy: ctx.actor.userId,
      createdAt: crew.createdAt,
    },
  ]);
});

test("makes one crew for one Idempotency-Key, also when both requests come at once", async () => {
  const actor = await createActor(system);
  const request = { requestId: "req_1", idempotency: { key: "once", fingerprint: "same", status: 201 } };
  const ctx = { ...system, actor, request };
  const answers = await Promise.all([1, 2].map(() => answerOnce(ctx, () => createCrew(ctx, buildCrew()))));
  expect(answers[0]?.result).toEqual(answers[1]?.result);
  expect((await readAudit(system, actor.workspaceId)).map(({ action }) => action)).toEqual(["crew.created"]);
});

test("refuses who may not write, and what does not fit together", async () => {
  const owner = await createActor(system);
  const operator = await createActor(system, { role: "operator", workspaceId: owner.workspaceId });
  await expect(createCrew({ ...system, actor: operator }, buildCrew())).rejects.toMatchObject({ code: "forbidden" });
  const wrong = buildCrew({ model: "lost/model", agents: [{ key: "scout", role: "r", goal: "g", tools: ["shell"] }] });
  await expect(createCrew({ ...system, actor: owner }, wrong)).rejects.toMatchObject({
    code: "invalid",
    detail: { issues: [{ path: "model" }, { path: "agents.0.tools.0" }, { path: "tasks.1.agent" }] },
  });
  expect(await readAudit(system, owner.workspaceId)).toEqual([]);
});

test("shows a crew to nobody outside its workspace", async () => {
  const crew = await createCrew({ ...system, actor: await createActor(system) }, buildCrew());
  const stranger = { ...system, actor: await createActor(system) };
  await expect(getCrew(stranger, crew.id)).rejects.toMatchObject({ code: "not_found" });
  await expect(listCrewVersions(stranger, crew.id, { limit: 5 })).rejects.toMatchObject({ code: "not_found" });
  await expect(getCrew(stranger, system.newId("crew"))).rejects.toMatchObject({ code: "not_found" });
});

test("leaves an audit row and word on the workspace's topic", async () => {
  const actor = await createActor(system, { name: "Grace" });
  const { messages, stop } = await hear(system, `workspace:${actor.workspaceId}`);
  const crew = await createCrew({ ...system, actor }, buildCrew());
  await stop();
  expect(messages).toEqual([{ type: "changed", what: "crew", id: crew.id }]);
  expect(await readAudit(system, actor.workspaceId)).toMatchObject([
    { action: "crew.created", subject: crew.id, actor: { kind: "user", userId: actor.userId, name: "Grace" }, detail: { name: "Brief" } },
  ]);
});
