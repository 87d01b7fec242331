import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
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
  expect(members.json.data, members.text).toMatchObject([{ userId: ada.actor.userId, role: "owner", secondFactor: false, customRoleId: null }]);
});
