import { ID_PREFIXES, type IdPrefix, uuidFromTypeId } from "@crew/contracts/ids";
import { PERMISSIONS, type Permission, Role } from "@crew/contracts/permissions";
import { ROLE_PERMISSIONS } from "@crew/core/access/require-permission";
import { makeOperator } from "@crew/core/accounts/make-operator";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { pathWith } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

/** What everybody may who is signed in: it is about themselves, or another credential stands for the permission. */
const ABOUT_ONESELF: Record<string, string> = {
  "invitation.accept": "the mailed token is the credential",
  "session.me": "tells people about themselves",
  "session.setCredentials": "the local owner's own way to sign in",
  "session.stepUp": "proves who one is",
  "session.updateMe": "one's own name",
  "token.create": "stands for oneself",
  "workspace.create": "a workspace of one's own",
  "workspace.leave": "whoever is in may go",
};

const guarded = CONTRACT_ENDPOINTS.filter(({ endpoint }) => (endpoint.auth ?? "any") !== "none" && endpoint.needs !== undefined);

let api: TestApi;
let owner: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  owner = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Somebody in the owner's workspace whose custom role allows exactly these. */
async function holderOf(permissions: readonly Permission[]): Promise<TestPerson> {
  const person = await api.person("viewer", owner.actor.workspaceId);
  const roleId = uuidFromTypeId(api.system.newId("role"));
  await api.system.pool.query(
    "INSERT INTO custom_roles (id, workspace_id, name, permissions, created_at, updated_at) VALUES ($1, $2, $4, $3, now(), now())",
    [roleId, uuidFromTypeId(owner.actor.workspaceId), permissions, roleId],
  );
  await api.system.pool.query("UPDATE workspace_members SET role = 'custom', custom_role_id = $1 WHERE user_id = $2", [
    roleId,
    uuidFromTypeId(person.actor.userId),
  ]);
  return person;
}

/** Ids that nothing has, so that whoever is let in finds nothing and changes nothing. */
function unknownId(name: string, schema?: z.ZodType): string {
  if (name === "workspaceId") return owner.actor.workspaceId;
  const fits = (prefix: IdPrefix) => schema?.safeParse(api.system.newId(prefix)).success ?? `${prefix}Id` === name;
  return api.system.newId(ID_PREFIXES.find(fits) ?? "key");
}

async function ask(person: TestPerson, { operationId, endpoint }: (typeof CONTRACT_ENDPOINTS)[number]) {
  const shape = (endpoint.params as z.ZodObject | undefined)?.shape as Record<string, z.ZodType> | undefined;
  const params = Object.fromEntries(Object.entries(shape ?? {}).map(([name, schema]) => [name, unknownId(name, schema)]));
  const anyId = new Proxy({} as Record<string, string>, { get: (_, name) => unknownId(String(name)) });
  const sample = endpoint.body && SAMPLE_BODIES[operationId]?.(anyId);
  const body = operationId === "workspace.delete" ? { name: "not its name" } : sample;
  const headers = { cookie: person.cookie, origin: "http://localhost:3000", "x-workspace-id": owner.actor.workspaceId };
  return api.call(endpoint.method, pathWith(endpoint.path, params), { headers, ...(body !== undefined && { body }) });
}

test("each endpoint names the permission that it needs, or a reason to need none [ASVS 8.1.1]", () => {
  const open = CONTRACT_ENDPOINTS.filter(({ endpoint }) => (endpoint.auth ?? "any") !== "none" && !endpoint.needs && !endpoint.operator);
  expect(open.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(ABOUT_ONESELF));
  expect(guarded.length).toBeGreaterThan(60);
});

describe("T-07 who has every permission but the one that it needs is refused by the verb itself [ASVS 8.2.1]", () => {
  const used = PERMISSIONS.filter((permission) => guarded.some(({ endpoint }) => endpoint.needs === permission));
  test.each(used)("%s", async (permission) => {
    const person = await holderOf(PERMISSIONS.filter((one) => one !== permission));
    for (const one of guarded.filter(({ endpoint }) => endpoint.needs === permission)) {
      const { status, json, text } = await ask(person, one);
      expect(status, `${one.operationId} ${text}`).toBe(403);
      expect(json.detail, one.operationId).toContain(permission);
    }
  });
});

test("T-07 what concerns the installation is done for its operators in a session, and for no owner of a workspace [ASVS 8.2.1]", async () => {
  const operator = await api.person("viewer", owner.actor.workspaceId);
  await makeOperator(api.system, `${operator.actor.userId}@example.test`, true);
  for (const one of CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.operator)) {
    expect([one.endpoint.auth, one.endpoint.needs], one.operationId).toEqual(["session", undefined]);
    const refused = await ask(owner, one);
    expect([refused.status, refused.json.detail], one.operationId).toEqual([403, expect.stringContaining("for its operators")]);
    const { status, text } = await ask(operator, one);
    expect(status, `${one.operationId} ${text}`).not.toBe(403);
    expect(status, `${one.operationId} ${text}`).toBeLessThan(500);
  }
});

describe("T-07 each role may call what the table says, and nothing else [ASVS 8.3.1]", () => {
  test.each(Role.options)("%s", async (role) => {
    const person = role === "owner" ? owner : await api.person(role, owner.actor.workspaceId);
    for (const one of guarded) {
      const { status, text } = await ask(person, one);
      const may = one.endpoint.needs !== undefined && ROLE_PERMISSIONS[role].includes(one.endpoint.needs);
      if (may) expect(status, `${one.operationId} ${text}`).not.toBe(403);
      else expect(status, `${one.operationId} ${text}`).toBe(403);
      expect(status, `${one.operationId} ${text}`).toBeLessThan(500);
    }
  });
});
