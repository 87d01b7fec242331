import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { hear, readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { getCrew } from "../crews/get-crew.ts";
import { createTask } from "./create-task.ts";
import { deleteTask } from "./delete-task.ts";
import { getTask } from "./get-task.ts";
import { listTasks } from "./list-tasks.ts";
import { updateTask } from "./update-task.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

const check = {
  key: "check",
  description: "Check",
  expectedOutput: "Yes or no",
  agent: "scout",
  context: ["find"],
  tools: [],
  humanInput: false,
  maxExecutionSeconds: null,
};

async function startWithCrew() {
  const ctx = { ...system, actor: await createActor(system) };
  const crew = await createCrew(ctx, buildCrew());
  const idOf = (key: string) => crew.tasks.find((task) => task.key === key)?.id ?? "";
  const keys = async () => (await getCrew(ctx, crew.id)).tasks.map(({ key }) => key);
  return { ctx, crew, idOf, keys };
}

test("adds a task at its place, moves, changes and removes it", async () => {
  const { ctx, crew, keys } = await startWithCrew();
  const task = await createTask(ctx, { crewId: crew.id, ...check, position: 1 });
  expect(task).toMatchObject({ ...check, position: 1, crewId: crew.id, crewVersion: 2 });
  expect(await keys()).toEqual(["find", "check", "write"]);
  const moved = await updateTask(ctx, task.id, { position: 2, humanInput: true }, { ifMatch: 2 });
  expect(moved).toEqual({ ...task, position: 2, humanInput: true, crewVersion: 3 });
  expect(await keys()).toEqual(["find", "write", "check"]);
  expect(await getTask(ctx, task.id)).toEqual(moved);
  await deleteTask(ctx, task.id);
  expect(await keys()).toEqual(["find", "write"]);
  await expect(getTask(ctx, task.id)).rejects.toMatchObject({ code: "not_found" });
});

test("without a place a task comes last; a place beyond the end is the end", async () => {
  const { ctx, crew, keys } = await startWithCrew();
  await createTask(ctx, { crewId: crew.id, ...check });
  await createTask(ctx, { crewId: crew.id, ...check, key: "again", position: 50 });
  expect(await keys()).toEqual(["find", "write", "check", "again"]);
});

test("a new key is followed by the tasks that read this one", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const reader = await createTask(ctx, { crewId: crew.id, ...check });
  await updateTask(ctx, idOf("find"), { key: "search" });
  expect((await getTask(ctx, reader.id)).context).toEqual(["search"]);
  expect((await getCrew(ctx, crew.id)).tasks.map(({ context }) => context)).toEqual([null, null, ["search"]]);
});

test("lists by crew or by workspace", async () => {
  const { ctx, crew } = await startWithCrew();
  await createCrew(ctx, buildCrew());
  expect((await listTasks(ctx, { limit: 9, crewId: crew.id })).data.map(({ key, position }) => [key, position])).toEqual([
    ["write", 1],
    ["find", 0],
  ]);
  const first = await listTasks(ctx, { limit: 3 });
  const second = await listTasks(ctx, { limit: 3, cursor: first.nextCursor ?? undefined });
  expect(new Set([...first.data, ...second.data].map(({ id }) => id)).size).toBe(4);
});

test("refuses what would break the crew, naming the fields of the request", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const issue = (path: string) => ({ code: "invalid", detail: { issues: [{ path }] } });
  await expect(createTask(ctx, { crewId: crew.id, ...check, key: "find" })).rejects.toMatchObject(issue("key"));
  await expect(createTask(ctx, { crewId: crew.id, ...check, position: 0 })).rejects.toMatchObject(issue("context.0"));
  await expect(updateTask(ctx, idOf("find"), { agent: "nobody" })).rejects.toMatchObject(issue("agent"));
  await expect(updateTask(ctx, idOf("find"), { context: ["write"] })).rejects.toMatchObject(issue("context.0"));
  const stale = { code: "stale", detail: { current: await getTask(ctx, idOf("find")) } };
  await expect(updateTask(ctx, idOf("find"), { description: "x" }, { ifMatch: 3 })).rejects.toMatchObject(stale);
  expect(await getCrew(ctx, crew.id)).toEqual(crew);
});

test("refuses to remove a task that another reads, moving it behind its reader, and a crew's last task", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const reader = await createTask(ctx, { crewId: crew.id, ...check });
  await expect(deleteTask(ctx, idOf("find"))).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("check") });
  const moved = updateTask(ctx, idOf("find"), { position: 2 });
  await expect(moved).rejects.toMatchObject({ code: "invalid", detail: { issues: [{ path: "tasks.1.context.0" }] } });
  await deleteTask(ctx, reader.id);
  await deleteTask(ctx, idOf("write"));
  await expect(deleteTask(ctx, idOf("find"))).rejects.toMatchObject({ code: "conflict" });
});

test("refuses without permission and from outside", async () => {
  const { ctx, crew, idOf } = await startWithCrew();
  const operator = { ...system, actor: await createActor(system, { role: "operator", workspaceId: ctx.actor.workspaceId }) };
  const stranger = { ...system, actor: await createActor(system) };
  for (const [who, code] of [
    [operator, "forbidden"],
    [stranger, "not_found"],
  ] as const) {
    await expect(createTask(who, { crewId: crew.id, ...check })).rejects.toMatchObject({ code });
    await expect(updateTask(who, idOf("find"), { description: "x" })).rejects.toMatchObject({ code });
    await expect(deleteTask(who, idOf("find"))).rejects.toMatchObject({ code });
  }
  await expect(getTask(stranger, idOf("find"))).rejects.toMatchObject({ code: "not_found" });
});

test("leaves audit rows and word on the workspace's topic", async () => {
  const { ctx, crew } = await startWithCrew();
  const { messages, stop } = await hear(system, `workspace:${ctx.actor.workspaceId}`);
  const { id } = await createTask(ctx, { crewId: crew.id, ...check });
  await updateTask(ctx, id, { description: "Look" });
  await deleteTask(ctx, id);
  await stop();
  expect(messages).toEqual(Array.from({ length: 3 }, () => ({ type: "changed", what: "crew", id: crew.id })));
  expect((await readAudit(system, ctx.actor.workspaceId)).slice(1).map(({ action, subject }) => [action, subject])).toEqual([
    ["task.created", id],
    ["task.updated", id],
    ["task.deleted", id],
  ]);
});
