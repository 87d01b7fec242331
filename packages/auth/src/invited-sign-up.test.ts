import { createInvitation } from "@crew/core/invitations/create-invitation";
import { revokeInvitation } from "@crew/core/invitations/revoke-invitation";
import { createActor } from "@crew/testing/actors";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Auth } from "./auth-system.ts";
import { identifyRequest } from "./identify-request.ts";
import { openAuth } from "./open-auth.ts";

const ORIGIN = "http://localhost:3000";

let system: TestSystem;
let auth: Auth;
beforeAll(async () => {
  system = await openTestSystem({ config: { signUp: "invite" } });
  auth = openAuth(system);
});
afterAll(() => system[Symbol.asyncDispose]());

function signUp(fields: Record<string, unknown>): Promise<Response> {
  const headers = { host: "localhost:3000", origin: ORIGIN, "content-type": "application/json" };
  const body = JSON.stringify({ name: "Grace", password: "correct horse battery", ...fields });
  return auth.handle(new Request(`${ORIGIN}/api/auth/sign-up/email`, { method: "POST", headers, body }), {
    address: null,
    userAgent: null,
  });
}

async function invite(email: string) {
  const ctx = { ...system, actor: await createActor(system) };
  const { id, link } = await createInvitation(ctx, { email, role: "operator", customRoleId: null });
  return { ctx, id, invitation: link.slice(link.indexOf("#token=") + "#token=".length) };
}

const rowsOf = async (text: string, values: unknown[]) => (await system.pool.query(text, values)).rows;

test("an invitation lets its person sign up where strangers may not, into that workspace and no other, with the address verified", async () => {
  await expect(signUp({ email: "grace@example.test" })).rejects.toMatchObject({ code: "forbidden" });
  const { ctx, id, invitation } = await invite("Grace@example.test");
  const response = await signUp({ email: "grace@example.test", invitation });
  expect(response.status).toBe(200);
  const cookie = response.headers.getSetCookie()[0]?.split(";", 1)[0];
  expect(await identifyRequest(system, auth, { cookie })).toMatchObject({ role: "operator", workspaceId: ctx.actor.workspaceId });
  const [row] = await rowsOf(
    "SELECT email_verified, (SELECT count(*)::int FROM workspace_members m WHERE m.user_id = u.id) AS workspaces FROM users u WHERE email = $1",
    ["grace@example.test"],
  );
  expect(row).toEqual({ email_verified: true, workspaces: 1 });
  expect((await readAudit(system, ctx.actor.workspaceId)).at(-1)).toMatchObject({
    action: "invitation.accepted",
    subject: id,
    actor: { name: "Grace" },
  });
});

test("the wrong address, a used, a revoked and an invented invitation let nobody in", async () => {
  const used = await invite("first@example.test");
  await signUp({ email: "first@example.test", invitation: used.invitation });
  const revoked = await invite("second@example.test");
  await revokeInvitation(revoked.ctx, revoked.id);
  const open = await invite("third@example.test");
  const before = await rowsOf("SELECT count(*) FROM users", []);
  for (const fields of [
    { email: "other@example.test", invitation: open.invitation },
    { email: "first@example.test", invitation: used.invitation },
    { email: "second@example.test", invitation: revoked.invitation },
    { email: "third@example.test", invitation: "A".repeat(43) },
    { email: "third@example.test", invitation: "" },
    { email: "third@example.test", invitation: null },
    { email: "third@example.test", invitation: { token: open.invitation } },
    { email: "third@example.test", invitation: open.invitation, role: "owner" },
  ])
    await expect(signUp(fields), JSON.stringify(fields)).rejects.toMatchObject({
      code: expect.stringMatching(/^(forbidden|not_found|invalid)$/),
    });
  expect(await rowsOf("SELECT count(*) FROM users", [])).toEqual(before);
});
