import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { fingerprintTables, pathWith, seedWorkspace } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

const withId = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.path.includes("/:"));

let api: TestApi;
let ada: TestPerson;
let eve: TestPerson;
let ids: Record<string, string>;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  eve = await api.person();
  ids = await seedWorkspace(api, ada);
});
afterAll(() => api[Symbol.asyncDispose]());

function unknownIds(): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, api.system.newId(id.slice(0, id.indexOf("_")) as "crew")]));
}

test("what belongs to another workspace is answered like what does not exist, and stays as it is", async () => {
  expect(withId.length).toBeGreaterThan(25);
  // A key's first use writes when it was used.
  await api.call("GET", "/v1/me", { as: eve });
  const before = await fingerprintTables(api);
  for (const { operationId, endpoint } of withId) {
    const ask = (as: TestPerson, known: Record<string, string>) => {
      const body = endpoint.body && SAMPLE_BODIES[operationId]?.(ids);
      return api.call(endpoint.method, pathWith(endpoint.path, known), { as, ...(body !== undefined && { body }) });
    };
    const foreign = await ask(eve, ids);
    const unknown = await ask(eve, unknownIds());
    expect(foreign.status, `${operationId} ${foreign.text}`).toBe(404);
    expect({ ...foreign.json, requestId: "" }, operationId).toEqual({ ...unknown.json, requestId: "" });
  }
  expect(await fingerprintTables(api)).toEqual(before);
});

test("its owner gets it", async () => {
  for (const { operationId, endpoint } of withId.filter(({ endpoint }) => endpoint.method === "GET")) {
    const { status, text } = await api.call("GET", pathWith(endpoint.path, ids), { as: ada });
    expect(status, `${operationId} ${text}`).toBe(200);
  }
});

test("lists hold nothing of another workspace", async () => {
  const lists = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method === "GET" && !endpoint.path.includes("/:"));
  for (const { endpoint } of lists) {
    const { status, text } = await api.call("GET", endpoint.path, { as: eve });
    expect(status, endpoint.path).toBe(200);
    for (const id of [...Object.values(ids), ada.actor.workspaceId, ada.actor.userId, "Secret plans"])
      expect(text.includes(id), `${endpoint.path} has ${id}`).toBe(false);
  }
});

test("a conversation is its owner's alone, also within a workspace", async () => {
  const colleague = await api.person();
  await api.system.pool.query(
    `INSERT INTO workspace_members (workspace_id, user_id, role, created_at)
     SELECT c.workspace_id, s.user_id, 'admin', now() FROM conversations c, sessions s WHERE c.title = 'Secret plans' AND s.token = $1`,
    [decodeURIComponent(colleague.cookie.split("=")[1] ?? "").split(".")[0]],
  );
  const headers = { cookie: colleague.cookie, "x-workspace-id": ada.actor.workspaceId };
  expect((await api.call("GET", `/v1/crews/${ids.crewId}`, { headers })).status).toBe(200);
  expect((await api.call("GET", `/v1/conversations/${ids.conversationId}`, { headers })).status).toBe(404);
});

test("a viewer reads and changes nothing", async () => {
  const viewer = await api.person("viewer", ada.actor.workspaceId);
  await api.call("GET", "/v1/me", { as: viewer });
  const before = await fingerprintTables(api);
  // What everyone may do for themselves: neither changes anything in the workspace.
  const own = ["session.socketTicket", "session.setCredentials"];
  for (const { operationId, endpoint } of CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method !== "GET")) {
    if (own.includes(operationId)) continue;
    const body = SAMPLE_BODIES[operationId]?.(ids);
    const { status, text } = await api.call(endpoint.method, pathWith(endpoint.path, ids), { as: viewer, ...(body && { body }) });
    // Conversations and keys are each person's own, so that of somebody else is not even there.
    expect(status, `${operationId} ${text}`).toBe(403);
  }
  expect((await api.call("GET", `/v1/crews/${ids.crewId}`, { as: viewer })).status).toBe(200);
  expect(await fingerprintTables(api)).toEqual(before);
});
