import { uuidFromTypeId } from "@crew/contracts/ids";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { userActor } from "../access/user-actor.ts";
import { EXAMPLE_CREWS } from "../crews/example-crews.ts";
import { getCrew } from "../crews/get-crew.ts";
import { listCrews } from "../crews/list-crews.ts";
import { getMe } from "../sessions/get-me.ts";
import { rememberWorkspace } from "../sessions/remember-workspace.ts";
import { createWorkspace } from "./create-workspace.ts";
import { findMembership } from "./find-membership.ts";
import { listWorkspaces } from "./list-workspaces.ts";

let system: TestSystem;
beforeAll(async () => {
  system = await openTestSystem();
});
afterAll(() => system[Symbol.asyncDispose]());

/** A person who has just signed up. */
async function signUp(name: string): Promise<string> {
  const userId = system.newId("user");
  const insert = { name: "test_sign_up", text: "INSERT INTO users (id, name, email) VALUES ($1, $2, $3)" };
  await system.statements.run(insert, [uuidFromTypeId(userId), name, `${userId}@example.test`]);
  return userId;
}

async function actorFor(userId: string, workspaceId?: string) {
  const membership = await findMembership(system, userId, workspaceId);
  if (!membership) throw new Error("no membership");
  return userActor(membership);
}

test("a new person owns a workspace with the example crews, the first on top, each ready to be changed and run", async () => {
  const userId = await signUp("Ada");
  const workspace = await createWorkspace(system, { userId, name: "Ada" });
  expect(workspace).toMatchObject({ name: "Ada's workspace", role: "owner" });
  const ctx = { ...system, actor: await actorFor(userId) };
  expect(ctx.actor).toMatchObject({ kind: "user", name: "Ada", workspaceId: workspace.id, role: "owner" });
  expect(ctx.actor.permissions).toContain("model-providers:write");
  const { data } = await listCrews(ctx, { limit: 10 });
  expect(data.map(({ name }) => name)).toEqual(EXAMPLE_CREWS.map(({ name }) => name));
  expect(await getCrew(ctx, data[0]?.id ?? "")).toMatchObject({ ...EXAMPLE_CREWS[0], version: 1, createdBy: userId });
});

test("asked for again, or several times at once, it stays one workspace", async () => {
  const user = { userId: await signUp("Bo"), name: "Bo" };
  const made = await Promise.all([1, 2, 3, 4].map(() => createWorkspace(system, user)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const actor = await actorFor(user.userId);
  expect((await listWorkspaces({ ...system, actor })).data).toEqual([made[0]]);
  expect((await listCrews({ ...system, actor }, { limit: 50 })).data).toHaveLength(EXAMPLE_CREWS.length);
});

test("a long name fits", async () => {
  const name = "🦉".repeat(80);
  const workspace = await createWorkspace(system, { userId: await signUp(name), name });
  expect([...workspace.name].length).toBe(80);
  expect(workspace.name.endsWith("🦉's workspace")).toBe(true);
});

test("a membership is that of the workspace asked for, else of the last used, else of the first joined", async () => {
  const first = await createActor(system);
  const second = await createActor(system);
  const join = {
    name: "test_join",
    text: "INSERT INTO workspace_members (workspace_id, user_id, role, created_at) VALUES ($1, $2, 'viewer', now())",
  };
  await system.statements.run(join, [uuidFromTypeId(second.workspaceId), uuidFromTypeId(first.userId)]);
  expect(await findMembership(system, first.userId)).toMatchObject({ workspaceId: first.workspaceId, role: "owner" });
  const guest = await actorFor(first.userId, second.workspaceId);
  expect(guest).toMatchObject({
    workspaceId: second.workspaceId,
    role: "viewer",
    permissions: expect.not.arrayContaining(["crews:write"]),
  });
  await rememberWorkspace({ ...system, actor: guest });
  expect(await findMembership(system, first.userId)).toMatchObject({ workspaceId: second.workspaceId });
  expect((await listWorkspaces({ ...system, actor: guest })).data.map(({ id, role }) => [id, role])).toEqual([
    [first.workspaceId, "owner"],
    [second.workspaceId, "viewer"],
  ]);
  expect(await findMembership(system, second.userId, first.workspaceId)).toBeUndefined();
  expect(await findMembership(system, system.newId("user"))).toBeUndefined();
});

test("a workspace that one is no member of is not remembered", async () => {
  const actor = await createActor(system);
  const other = await createActor(system);
  await rememberWorkspace({ ...system, actor: { ...actor, workspaceId: other.workspaceId } });
  expect(await findMembership(system, actor.userId)).toMatchObject({ workspaceId: actor.workspaceId });
});

test("tells people who they are, and of a key's owner no more than is needed [ASVS 8.2.3, 15.3.1]", async () => {
  const actor = await createActor(system, { role: "operator", name: "Olu" });
  const me = await getMe({ ...system, actor });
  expect(me).toMatchObject({ userId: actor.userId, name: "Olu", email: `${actor.userId}@example.test`, isLocalOwner: false });
  expect(me).toMatchObject({ workspace: { id: actor.workspaceId, role: "operator" }, permissions: actor.permissions });
  const key = { ...actor, kind: "api_key" as const, apiKeyId: system.newId("key"), name: "ci" };
  expect(await getMe({ ...system, actor: key })).toMatchObject({ name: "ci", email: null });
  expect((await listWorkspaces({ ...system, actor: key })).data).toHaveLength(1);
  const gone = { ...actor, workspaceId: system.newId("workspace") };
  await expect(getMe({ ...system, actor: gone })).rejects.toMatchObject({ code: "unauthenticated" });
});

test("leaves audit rows of the workspace and each crew", async () => {
  const userId = await signUp("Cy");
  const { id } = await createWorkspace(system, { userId, name: "Cy" });
  const traces = await readAudit(system, id);
  expect(traces[0]).toMatchObject({ action: "workspace.created", subject: id, actor: { kind: "user", userId, name: "Cy" } });
  expect(traces.slice(1).map(({ action, detail }) => [action, detail.isExample])).toEqual(EXAMPLE_CREWS.map(() => ["crew.created", true]));
});
