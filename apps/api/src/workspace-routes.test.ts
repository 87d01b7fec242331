import { uuidFromTypeId } from "@crew/contracts/ids";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { seedWorkspace } from "@crew/testing/seed-workspace";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

function asSession(person: TestPerson, workspaceId?: string) {
  return { cookie: person.cookie, origin: "http://localhost:3000", ...(workspaceId && { "x-workspace-id": workspaceId }) };
}

const call = (person: TestPerson, method: string, path: string, body?: unknown, workspaceId?: string) =>
  api.call(method, path, { headers: asSession(person, workspaceId), ...(body !== undefined && { body }) });

test("a person makes a workspace, renames it, and acts in it by naming it in the path", async () => {
  const { status, json, text } = await call(ada, "POST", "/v1/workspaces", { name: "Second" });
  expect(status, text).toBe(201);
  expect(json).toMatchObject({ name: "Second", role: "owner", requiresSecondFactor: false });
  const renamed = await call(ada, "PATCH", `/v1/workspaces/${json.id}`, { name: "Third" }, ada.actor.workspaceId);
  expect(renamed.json, renamed.text).toMatchObject({ id: json.id, name: "Third" });
  const list = await call(ada, "GET", "/v1/workspaces");
  expect(list.json.data.map(({ name }: { name: string }) => name)).toEqual(["Ada's workspace", "Third"]);
  expect((await readAudit(api.system, json.id)).map(({ action }) => action)).toEqual(["workspace.created", "workspace.updated"]);
  const members = await call(ada, "GET", `/v1/workspaces/${json.id}/members`);
  expect(members.json.data, members.text).toMatchObject([
    { userId: ada.actor.userId, role: "owner", secondFactor: false, customRoleId: null },
  ]);
});

test("T-05 a workspace that one is not in is not there, by session and by key, whatever the role elsewhere [ASVS 8.4.1]", async () => {
  const eve = await api.person();
  const place = `/v1/workspaces/${ada.actor.workspaceId}`;
  const asks: [string, string, unknown?][] = [
    ["GET", place],
    ["PATCH", place, { name: "Mine" }],
    ["DELETE", place, { name: "Ada's workspace" }],
    ["POST", `${place}/transfer`, { userId: eve.actor.userId }],
    ["POST", `${place}/leave`, {}],
    ["GET", `${place}/members`],
    ["PATCH", `${place}/members/${ada.actor.userId}`, { role: "viewer" }],
    ["DELETE", `${place}/members/${ada.actor.userId}`],
  ];
  for (const [method, path, body] of asks) {
    expect((await call(eve, method, path, body)).status, `${method} ${path}`).toBe(404);
    expect((await call(eve, method, path, body, eve.actor.workspaceId)).status, `${method} ${path}`).toBe(404);
    const { status } = await api.call(method, path, { as: eve, ...(body !== undefined && { body }) });
    // Some take a person in a browser, whatever they name.
    expect([403, 404], `${method} ${path} by key`).toContain(status);
  }
  expect((await call(ada, "GET", place)).json).toMatchObject({ name: "Ada's workspace", role: "owner" });
});

test("deletion asks for the name, stops what runs, and ends keys and sessions of its members there", async () => {
  const owner = await api.person();
  const place = `/v1/workspaces/${owner.actor.workspaceId}`;
  const viewer = await api.person("viewer", owner.actor.workspaceId);
  await seedWorkspace(api, owner);
  const { rowCount: running } = await api.system.pool.query(
    "UPDATE runs SET state = 'running', lease_owner = gen_random_uuid() WHERE workspace_id = $1 AND state = 'queued'",
    [uuidFromTypeId(owner.actor.workspaceId)],
  );
  expect(running).toBeGreaterThan(0);
  const cancelled: string[] = [];
  const stop = await api.system.notifications.listen("crew_cancel", (runId) => cancelled.push(runId));
  const wrong = await call(owner, "DELETE", place, { name: "Another" });
  expect([wrong.status, wrong.json.issues]).toEqual([400, [{ path: "name", message: "must be the name of the workspace" }]]);
  expect((await call(viewer, "DELETE", place, { name: "Ada's workspace" })).status).toBe(403);
  const gone = await call(owner, "DELETE", place, { name: "Ada's workspace" });
  expect(gone.status, gone.text).toBe(204);
  await expect.poll(() => cancelled.length).toBe(running);
  await stop();
  for (const table of ["workspaces", "crews", "runs", "workspace_members", "api_keys", "invitations", "custom_roles"]) {
    const column = table === "workspaces" ? "id" : "workspace_id";
    const { rows } = await api.system.pool.query(`SELECT FROM ${table} WHERE ${column} = $1`, [uuidFromTypeId(owner.actor.workspaceId)]);
    expect(rows, table).toEqual([]);
  }
  expect((await api.call("GET", "/v1/me", { as: viewer })).status).toBe(401);
  // Whoever is left without a workspace gets one of their own.
  expect((await call(viewer, "GET", "/v1/me")).json).toMatchObject({ workspace: { role: "owner" } });
});

test("what changes hands needs a person who has just proven who they are, and no key", async () => {
  const owner = await api.person();
  const heir = await api.person("admin", owner.actor.workspaceId);
  const path = `/v1/workspaces/${owner.actor.workspaceId}/transfer`;
  const body = { userId: heir.actor.userId };
  expect((await api.call("POST", path, { as: owner, body })).status).toBe(403);
  await api.system.pool.query("UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1", [
    uuidFromTypeId(owner.actor.userId),
  ]);
  expect((await call(owner, "POST", path, body)).json).toMatchObject({ code: "forbidden", remedy: "step_up" });
  await api.system.pool.query("UPDATE sessions SET proven_at = now() WHERE user_id = $1", [uuidFromTypeId(owner.actor.userId)]);
  expect((await call(owner, "POST", path, body)).json).toMatchObject({ role: "admin" });
});

test("the rule on second factors is set by who has one, and counts for everybody at once", async () => {
  const owner = await api.person();
  const viewer = await api.person("viewer", owner.actor.workspaceId);
  const place = `/v1/workspaces/${owner.actor.workspaceId}`;
  expect((await call(owner, "PATCH", place, { requiresSecondFactor: true })).json).toMatchObject({
    code: "conflict",
    remedy: "second_factor",
  });
  await api.system.pool.query(
    "INSERT INTO second_factors (user_id, seed_encrypted, recovery_code_hashes, enabled_at) VALUES ($1, '', '{}', now())",
    [uuidFromTypeId(owner.actor.userId)],
  );
  expect((await call(owner, "PATCH", place, { requiresSecondFactor: true })).json).toMatchObject({ requiresSecondFactor: true });
  expect((await call(viewer, "GET", `${place}/members`)).json).toMatchObject({ code: "forbidden", remedy: "second_factor" });
  const { json } = await call(owner, "GET", `${place}/members`);
  expect(json.data.map(({ secondFactor }: { secondFactor: boolean }) => secondFactor).toSorted()).toEqual([false, true]);
  // Going away is always possible.
  expect((await call(viewer, "POST", `${place}/leave`, {})).status).toBe(204);
});

test("a person owns at most twenty [ASVS 2.3.2]", async () => {
  const owner = await api.person();
  await api.system.pool.query(
    `WITH made AS (INSERT INTO workspaces (id, name, created_at) SELECT gen_random_uuid(), 'W' || n, now() FROM generate_series(1, 18) n RETURNING id)
     INSERT INTO workspace_members (workspace_id, user_id, role, created_at) SELECT id, $1, 'owner', now() FROM made`,
    [uuidFromTypeId(owner.actor.userId)],
  );
  const asked = await Promise.all(Array.from({ length: 5 }, () => call(owner, "POST", "/v1/workspaces", { name: "More" })));
  expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  expect((await api.call("POST", "/v1/workspaces", { as: owner, body: { name: "By key" } })).status).toBe(403);
});

test("T-02 a key is made for who asks: a userId in the body is refused, with and without a session", async () => {
  const eve = await api.person();
  const count = async () => (await api.system.pool.query("SELECT count(*)::int AS n FROM api_keys")).rows[0].n;
  const before = await count();
  for (const body of [
    { name: "x", userId: ada.actor.userId },
    { name: "x", user_id: ada.actor.userId },
    { name: "x", owner: { userId: ada.actor.userId } },
    { name: "x", workspaceId: ada.actor.workspaceId },
  ]) {
    expect((await call(eve, "POST", "/v1/api-keys", body)).status).toBe(400);
    expect((await api.call("POST", "/v1/api-keys", { body })).status).toBe(401);
  }
  expect(await count()).toBe(before);
});

test("an invitation goes from its link to a member, by way of a page that nobody has signed in to", async () => {
  const guest = await api.person();
  const { rows } = await api.system.pool.query("SELECT email FROM users WHERE id = $1", [uuidFromTypeId(guest.actor.userId)]);
  const made = await call(ada, "POST", "/v1/invitations", { email: rows[0].email, role: "operator" });
  expect(made.status, made.text).toBe(201);
  const token = made.json.link.split("#token=")[1];
  expect((await api.call("POST", "/v1/invitations/lookup", { body: { token } })).json).toMatchObject({
    roleName: "Operator",
    hasAccount: true,
  });
  expect((await api.call("POST", "/v1/invitations/accept", { body: { token } })).status).toBe(401);
  expect((await api.call("POST", "/v1/invitations/accept", { as: guest, body: { token } })).status).toBe(403);
  const joined = await call(guest, "POST", "/v1/invitations/accept", { token });
  expect(joined.json, joined.text).toMatchObject({ id: ada.actor.workspaceId, role: "operator" });
  expect((await call(guest, "GET", "/v1/me", undefined, ada.actor.workspaceId)).json).toMatchObject({ workspace: { role: "operator" } });
  expect((await call(ada, "GET", "/v1/invitations")).text).not.toContain(token);
});
