import { AgentInput } from "@crew/contracts/agents";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { getCrew } from "../crews/get-crew.ts";
import { listCrewVersions } from "../crews/list-crew-versions.ts";
import { createAgent } from "./create-agent.ts";
import { deleteAgent } from "./delete-agent.ts";
import { getAgent } from "./get-agent.ts";
import { listAgents } from "./list-agents.ts";
import { updateAgent } from "./update-agent.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const editor = AgentInput.parse({ key: "editor", role: "Editor", goal: "Shorten" });

async function startWithCrew() {
  const ctx = { ...system, actor: await createActor(system) };
  const crew = await createCrew(ctx, buildCrew());
  const idOf = (key: string) => crew.agents.find((agent) => agent.key === key)?.id ?? "";
  return { ctx, crew, idOf };
}

test("adds, changes and removes an agent, each time as one version of its crew", async () => {
  const { ctx, crew } = await startWithCrew();
  const agent = await createAgent(ctx, { crewId: crew.id, ...editor });
  expect(agent).toMatchObject({ ...editor, crewId: crew.id, crewVersion: 2 });
  const changed = await updateAgent(ctx, agent.id, { role: "Chief editor", tools: ["calculator"] }, { ifMatch: 2 });
  expect(changed).toEqual({ ...agent, role: "Chief editor", tools: ["calculator"], crewVersion: 3 });
  expect(await getAgent(ctx, agent.id)).toEqual(changed);
  expect((await getCrew(ctx, crew.id)).agents.map(({ key, role }) => [key, role])).toEqual([
    ["scout", "Scout"],
    ["writer", "Writer"],
    ["editor", "Chief editor"],
  ]);
  expect(await deleteAgent(ctx, agent.id)).toBeNull();
  await expect(getAgent(ctx, agent.id)).rejects.toMatchObject({ code: "not_found" });
  const { data } = await listCrewVersions(ctx, crew.id, { limit: 9 });
  expect(data.map(({ version, definition }) => [version, definition.agents.length])).toEqual([
    [4, 2],
    [3, 3],
    [2, 3],
    [1, 2],
  ]);
});

test("a new key is followed by the tasks that name the agent", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  await updateAgent(ctx, idOf("scout"), { key: "finder" });
  const now = await getCrew(ctx, crew.id);
  expect(now.tasks.map(({ agent }) => agent)).toEqual(["finder", "writer"]);
  expect(now.agents[0]).toMatchObject({ id: idOf("scout"), key: "finder" });
});

test("lists by crew or by workspace, newest first, page by page", async () => {
  const { ctx, crew } = await startWithCrew();
  const other = await createCrew(ctx, buildCrew());
  expect((await listAgents(ctx, { limit: 9, crewId: crew.id })).data.map(({ key }) => key)).toEqual(["writer", "scout"]);
  const first = await listAgents(ctx, { limit: 3 });
  const second = await listAgents(ctx, { limit: 3, cursor: first.nextCursor ?? undefined });
  expect([...first.data, ...second.data].map(({ crewId }) => crewId)).toEqual([other.id, other.id, crew.id, crew.id]);
  expect(second.nextCursor).toBeNull();
});

test("refuses what would break the crew, naming the fields of the request [ASVS 2.2.3]", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const taken = { code: "invalid", detail: { issues: [{ path: "key" }] } };
  await expect(createAgent(ctx, { crewId: crew.id, ...editor, key: "scout" })).rejects.toMatchObject(taken);
  await expect(updateAgent(ctx, idOf("writer"), { key: "scout" })).rejects.toMatchObject(taken);
  await expect(updateAgent(ctx, idOf("scout"), { tools: ["shell"] })).rejects.toMatchObject({ detail: { issues: [{ path: "tools.0" }] } });
  const stale = { code: "stale", detail: { current: await getAgent(ctx, idOf("scout")) } };
  await expect(updateAgent(ctx, idOf("scout"), { role: "x" }, { ifMatch: 7 })).rejects.toMatchObject(stale);
  await expect(deleteAgent(ctx, idOf("scout"))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("find") });
  expect(await getCrew(ctx, crew.id)).toEqual(crew);
});

test("refuses to take a crew's last agent", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const single = await createCrew(
    ctx,
    buildCrew({ agents: [{ key: "scout", role: "r", goal: "g" }], tasks: [buildCrew().tasks[0] as never] }),
  );
  await expect(deleteAgent(ctx, single.agents[0]?.id ?? "")).rejects.toMatchObject({ code: "conflict" });
  await expect(deleteAgent(ctx, idOf("writer"), { ifMatch: 9 })).rejects.toMatchObject({ code: "stale" });
  expect((await getCrew(ctx, crew.id)).version).toBe(1);
});

test("refuses without permission and from outside", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const operator = { ...system, actor: await createActor(system, { role: "operator", workspaceId: ctx.actor.workspaceId }) };
  const stranger = { ...system, actor: await createActor(system) };
  for (const [who, code] of [
    [operator, "forbidden"],
    [stranger, "not_found"],
  ] as const) {
    await expect(createAgent(who, { crewId: crew.id, ...editor })).rejects.toMatchObject({ code });
    await expect(updateAgent(who, idOf("scout"), { role: "x" })).rejects.toMatchObject({ code });
    await expect(deleteAgent(who, idOf("scout"))).rejects.toMatchObject({ code });
  }
  expect((await listAgents(stranger, { limit: 9, crewId: crew.id })).data).toEqual([]);
});

test("leaves audit rows and word on the workspace's topic", async () => {
  const { ctx, crew } = await startWithCrew();
  const { messages, stop } = await hear(system, `workspace:${ctx.actor.workspaceId}`);
  const { id } = await createAgent(ctx, { crewId: crew.id, ...editor });
  await updateAgent(ctx, id, { goal: "Cut" });
  await deleteAgent(ctx, id);
  await stop();
  expect(messages).toEqual(Array.from({ length: 3 }, () => ({ type: "changed", what: "crew", id: crew.id })));
  expect((await readAudit(system, ctx.actor.workspaceId)).slice(1)).toMatchObject([
    { action: "agent.created", subject: id, detail: { crewId: crew.id, key: "editor" } },
    { action: "agent.updated", subject: id, detail: { fields: ["goal"] } },
    { action: "agent.deleted", subject: id, detail: { key: "editor" } },
  ]);
});
