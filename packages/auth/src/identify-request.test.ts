import { createApiKey } from "@crew/core/api-keys/create-api-key";
import type { AppError } from "@crew/core/app-error";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { identifyRequest } from "./identify-request.ts";
import { openAuth } from "./open-auth.ts";

let system: TestSystem;
let auth: Auth;

beforeAll(async () => {
  system = await openTestSystem();
  auth = openAuth(system);
});
afterAll(() => system[Symbol.asyncDispose]());

async function cookieFor(userId: string): Promise<string> {
  return (await auth.startSession(userId, { address: null, userAgent: null })).split(";", 1)[0] ?? "";
}

test("no credentials, or none that are valid, identify nobody", async () => {
  const actor = await createActor(system);
  const cookie = await cookieFor(actor.userId);
  const unknown = `Bearer crew_${"A".repeat(43)}`;
  for (const headers of [{}, { cookie: "crew_session=x" }, { authorization: "Basic x" }, { authorization: unknown }, { authorization: "" }])
    expect(await identifyRequest(system, auth, headers)).toBeUndefined();
  // A key that is not valid does not fall back to the session beside it.
  expect(await identifyRequest(system, auth, { cookie, authorization: unknown })).toBeUndefined();
});

test("an API key acts in its workspace with its scopes", async () => {
  const actor = await createActor(system);
  const created = await createApiKey({ ...system, actor }, { name: "ci", scopes: ["runs:read"], expiresAt: null });
  expect(await identifyRequest(system, auth, { authorization: `Bearer ${created.key}` })).toEqual({
    kind: "api_key",
    userId: actor.userId,
    apiKeyId: created.id,
    name: "ci",
    workspaceId: actor.workspaceId,
    role: "owner",
    permissions: ["runs:read"],
    rateClass: "standard",
  });
});

test("a session acts in the workspace asked for, which is remembered; a foreign one is refused", async () => {
  const actor = await createActor(system);
  const other = await createActor(system);
  await system.pool.query(
    "INSERT INTO workspace_members (workspace_id, user_id, role, created_at) SELECT m.workspace_id, $1, 'viewer', now() FROM workspace_members m WHERE m.user_id = $2",
    [await uuidOf(actor.userId), await uuidOf(other.userId)],
  );
  const cookie = await cookieFor(actor.userId);
  expect(await identifyRequest(system, auth, { cookie })).toMatchObject({ workspaceId: actor.workspaceId, role: "owner" });
  const asViewer = await identifyRequest(system, auth, { cookie, "x-workspace-id": other.workspaceId });
  expect(asViewer).toMatchObject({ workspaceId: other.workspaceId, role: "viewer" });
  expect(asViewer?.permissions).not.toContain("crews:write");
  await expect.poll(async () => (await identifyRequest(system, auth, { cookie }))?.workspaceId).toBe(other.workspaceId);
  const stranger = await createActor(system);
  for (const id of [stranger.workspaceId, "workspace_nonsense", ""])
    await expect(identifyRequest(system, auth, { cookie, "x-workspace-id": id })).rejects.toMatchObject({
      code: "forbidden",
    } satisfies Partial<AppError>);
});

test("a person without a workspace gets one with the first request", async () => {
  const actor = await createActor(system);
  await system.pool.query("DELETE FROM workspaces WHERE id = (SELECT workspace_id FROM workspace_members WHERE user_id = $1)", [
    await uuidOf(actor.userId),
  ]);
  const identified = await identifyRequest(system, auth, { cookie: await cookieFor(actor.userId) });
  expect(identified?.role).toBe("owner");
  expect(identified?.workspaceId).not.toBe(actor.workspaceId);
});

async function uuidOf(userId: string): Promise<string> {
  const { rows } = await system.pool.query<{ id: string }>("SELECT id FROM users WHERE email = $1", [`${userId}@example.test`]);
  return rows[0]?.id ?? "";
}
