import { BEHIND_PROXY, browserOf, OAuthApp, ORIGIN } from "@crew/testing/oauth-app";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

let on: TestApi;
beforeAll(async () => {
  on = await openTestApi(BEHIND_PROXY);
});
afterAll(() => on[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const crews = async (token: string) => (await on.call("GET", "/v1/crews", { headers: bearer(token) })).status;
const create = (person: TestPerson, body: object) => on.call("POST", "/v1/oauth-clients", { headers: browserOf(person), body });

/** An app that acts alone, registered by `person`. */
async function loner(person: TestPerson, scopes = ["crews:read", "runs:read"]): Promise<OAuthApp> {
  const { status, json } = await create(person, { name: "Nightly", actsAlone: true, scopes });
  expect(status).toBe(201);
  return new OAuthApp(on, json.id, { secret: json.secret });
}
const tokenOf = async (app: OAuthApp, fields = {}) => app.post("/oauth/token", { grant_type: "client_credentials", ...fields });

test("an app is registered with a secret that is shown once, changed, listed and deleted, each with a trace", async () => {
  const person = await on.person();
  const { status, json } = await create(person, { name: "Desk", redirectUris: ["https://desk.example/cb"], scopes: ["crews:read"] });
  expect(status).toBe(201);
  const { secret, ...shown } = json;
  expect(secret).toMatch(/^crewsecret_[A-Za-z0-9_-]{43}$/);
  expect(shown).toMatchObject({ name: "Desk", kind: "confidential", secretLastFour: secret.slice(-4), actsAlone: false });
  const list = await on.call("GET", "/v1/oauth-clients", { as: person });
  expect(list.json.data).toEqual([shown]);
  expect(list.text).not.toContain(secret);
  const changed = await on.call("PATCH", `/v1/oauth-clients/${shown.id}`, { as: person, body: { name: "Desk 2" } });
  expect(changed.json).toEqual({ ...shown, name: "Desk 2" });
  const rotated = await on.call("POST", `/v1/oauth-clients/${shown.id}/secret`, { headers: browserOf(person), body: {} });
  expect(rotated.json.secret).not.toBe(secret);
  expect((await on.call("DELETE", `/v1/oauth-clients/${shown.id}`, { as: person })).status).toBe(204);
  const actions = (await readAudit(on.system, person.actor.workspaceId)).map(({ action }) => action);
  for (const action of ["created", "updated", "secret_rotated", "deleted"]) expect(actions).toContain(`oauth_client.${action}`);
  expect(JSON.stringify(await readAudit(on.system, person.actor.workspaceId))).not.toContain(secret);
});

test("refuses who may not, what they do not have, what no app is given, and what nobody could use [ASVS 10.3.4, 10.4.11]", async () => {
  const owner = await on.person();
  const builder = await on.person("builder", owner.actor.workspaceId);
  const uris = { redirectUris: ["https://a.example/cb"] };
  expect((await create(builder, { name: "x", ...uris })).status).toBe(403);
  expect((await on.call("POST", "/v1/oauth-clients", { as: owner, body: { name: "x", ...uris } })).status).toBe(403);
  const { token } = (await on.call("POST", "/v1/tokens", { headers: browserOf(owner), body: {} })).json;
  expect((await on.call("POST", "/v1/oauth-clients", { headers: bearer(token), body: { name: "x", ...uris } })).status).toBe(403);
  for (const scopes of [["api-keys:write"], ["workspace:own"], ["members:write"], ["oauth-clients:write"]])
    expect((await create(owner, { name: "x", ...uris, scopes })).status).toBe(400);
  for (const body of [{}, { actsAlone: true, kind: "public" }, { redirectUris: ["http://a.example/cb"] }, { redirectUris: ["app://cb"] }])
    expect((await create(owner, { name: "x", ...body })).status).toBe(400);
  const stranger = await on.person();
  const { json } = await create(owner, { name: "x", ...uris });
  expect((await on.call("DELETE", `/v1/oauth-clients/${json.id}`, { as: stranger })).status).toBe(404);
  expect((await on.call("PATCH", `/v1/oauth-clients/${json.id}`, { as: stranger, body: { name: "y" } })).status).toBe(404);
});

test("an app that acts alone acts for its maker in their workspace, within its scopes [ASVS 10.4.10]", async () => {
  const person = await on.person();
  const app = await loner(person);
  const { status, json } = await tokenOf(app);
  expect({ status, json }).toMatchObject({ status: 200, json: { token_type: "Bearer", scope: "crews:read runs:read" } });
  expect(json.refresh_token).toBeUndefined();
  const me = await on.call("GET", "/v1/me", { headers: bearer(json.access_token) });
  expect(me.json).toMatchObject({ userId: person.actor.userId, email: null, permissions: ["crews:read", "runs:read"] });
  expect((await tokenOf(app, { scope: "crews:read" })).json.scope).toBe("crews:read");
  expect((await tokenOf(app, { scope: "secrets:write" })).json.error).toBe("invalid_scope");
});

test("a wrong, missing or old secret is refused, and a public app has no way to act alone [ASVS 10.4.10]", async () => {
  const person = await on.person();
  const app = await loner(person);
  for (const secret of ["wrong", "", `crewsecret_${"A".repeat(43)}`])
    expect((await tokenOf(new OAuthApp(on, app.clientId, { secret }))).status).toBe(401);
  const { json } = await on.call("POST", `/v1/oauth-clients/${app.clientId}/secret`, { headers: browserOf(person), body: {} });
  expect((await tokenOf(app)).status).toBe(401);
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: app.clientId, client_secret: json.secret }).toString();
  const form = { "content-type": "application/x-www-form-urlencoded" };
  expect((await on.call("POST", "/oauth/token", { headers: form, body })).status).toBe(200);
  const publicApp = await OAuthApp.register(on);
  const alone = await tokenOf(publicApp);
  expect({ status: alone.status, token: alone.json.access_token }).toEqual({ status: 400, token: undefined });
});

test("T-29 the maker's rights bound an app that acts alone: demoted, removed, cut down or deleted counts at once", async () => {
  const owner = await on.person();
  const admin = await on.person("admin", owner.actor.workspaceId);
  const app = await loner(admin, ["crews:read", "secrets:read"]);
  const { json } = await tokenOf(app);
  const secrets = async () => (await on.call("GET", "/v1/secrets", { headers: bearer(json.access_token) })).status;
  expect(await secrets()).toBe(200);
  await on.call("PATCH", `/v1/oauth-clients/${app.clientId}`, { as: owner, body: { scopes: ["crews:read"] } });
  await expect.poll(secrets).toBe(403);
  expect(await crews(json.access_token)).toBe(200);
  await on.call("DELETE", `/v1/oauth-clients/${app.clientId}`, { as: owner });
  await expect.poll(() => crews(json.access_token)).toBe(401);
  expect((await tokenOf(app)).status).toBe(401);
});

test("an app asks about its own tokens and gives them back; others' tokens tell it nothing [ASVS 10.4.9]", async () => {
  const person = await on.person();
  const app = await loner(person);
  const other = await loner(person);
  const { access_token } = (await tokenOf(app)).json;
  const ask = async (by: OAuthApp, token: string) => (await by.post("/oauth/introspect", { token })).json;
  expect(await ask(app, access_token)).toMatchObject({
    active: true,
    client_id: app.clientId,
    scope: "crews:read runs:read",
    aud: `${ORIGIN}/v1`,
  });
  expect(await ask(other, access_token)).toEqual({ active: false });
  expect(await ask(app, "nonsense")).toEqual({ active: false });
  expect(await ask(app, `${access_token.slice(0, -3)}AAA`)).toEqual({ active: false });
  const session = await on.call("POST", "/v1/tokens", { headers: browserOf(person), body: {} });
  expect(await ask(app, session.json.token)).toEqual({ active: false });
  expect((await new OAuthApp(on, app.clientId, { secret: "x" }).post("/oauth/introspect", { token: access_token })).status).toBe(401);
  await other.post("/oauth/revoke", { token: access_token });
  expect(await crews(access_token)).toBe(200);
  expect((await app.post("/oauth/revoke", { token: access_token })).status).toBe(200);
  await expect.poll(() => crews(access_token)).toBe(401);
  expect(await ask(app, access_token)).toEqual({ active: false });
  expect((await tokenOf(app)).status).toBe(200);
});

test("T-29 giving back either token of a person's grant ends both [ASVS 10.4.9]", async () => {
  const person = await on.person();
  for (const name of ["access_token", "refresh_token"] as const) {
    const app = await OAuthApp.register(on);
    const tokens = await app.tokensFrom(person);
    expect((await app.post("/oauth/introspect", { token: tokens.refresh_token })).json).toMatchObject({ active: true });
    expect(await crews(tokens.access_token)).toBe(200);
    expect((await app.post("/oauth/revoke", { token: tokens[name] })).status).toBe(200);
    await expect.poll(() => crews(tokens.access_token)).toBe(401);
    expect((await app.refresh(tokens.refresh_token)).json.error).toBe("invalid_grant");
  }
  const actions = (await readAudit(on.system, person.actor.workspaceId)).map(({ action }) => action);
  expect(actions.filter((action) => action === "oauth_grant.revoked")).toHaveLength(2);
  expect(actions).not.toContain("oauth_grant.reuse_detected");
});

test("with openid an app learns who signed in, and no more than that", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const { json } = await app.exchange(await app.codeFrom(person, { scope: "openid crews:read", nonce: "n-1" }, ["crews:read"]));
  const claims = JSON.parse(Buffer.from(json.id_token.split(".")[1], "base64url").toString());
  expect(claims).toMatchObject({ iss: ORIGIN, aud: app.clientId, sub: person.actor.userId, nonce: "n-1" });
  expect(claims.email).toBeUndefined();
  // An ID token is signed with the same key and is no access token.
  expect(await crews(json.id_token)).toBe(401);
  const info = await on.call("GET", "/oauth/userinfo", { headers: bearer(json.access_token) });
  expect(info.json).toEqual({ sub: person.actor.userId, workspace: person.actor.workspaceId });
  expect((await on.call("GET", "/oauth/userinfo", { headers: bearer(json.id_token) })).status).toBe(401);
});

test("groups of scopes stand for their permissions, and a request without a scope asks to read and run", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const read = await app.exchange(await app.codeFrom(person, { scope: "read" }, ["crews:read", "runs:read"]));
  expect(read.json.scope).toBe("crews:read runs:read");
  const { requestId } = await app.authorize({ scope: null });
  const shown = await on.call("GET", `/v1/oauth-requests/${requestId}`, { headers: browserOf(person) });
  expect(shown.json.scopes).toEqual(expect.arrayContaining(["crews:read", "runs:start"]));
  expect(shown.json.scopes).not.toContain("crews:write");
});

test("over real connections, one after the other on the same one, with what the library says about itself kept quiet", async () => {
  const person = await on.person();
  const { json } = await create(person, { name: "Nightly", actsAlone: true, scopes: ["crews:read"] });
  const said = [vi.spyOn(console, "warn"), vi.spyOn(console, "info"), vi.spyOn(console, "log")];
  const address = await on.api.listen({ host: "127.0.0.1", port: 0 });
  const authorization = `Basic ${Buffer.from(`${json.id}:${json.secret}`).toString("base64")}`;
  const post = (path: string, fields: Record<string, string>) =>
    fetch(`${address}${path}`, { method: "POST", headers: { authorization }, body: new URLSearchParams(fields) });
  for (let i = 0; i < 3; i++) {
    const answer = await post("/oauth/token", { grant_type: "client_credentials" });
    expect({
      status: answer.status,
      sniff: answer.headers.get("x-content-type-options"),
      cache: answer.headers.get("cache-control"),
    }).toEqual({
      status: 200,
      sniff: "nosniff",
      cache: "no-store",
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    const seen = await fetch(`${address}/v1/crews`, { headers: bearer(access_token) });
    expect(seen.status).toBe(200);
    expect(((await (await post("/oauth/introspect", { token: access_token })).json()) as { active: boolean }).active).toBe(true);
  }
  const huge = await post("/oauth/token", { grant_type: "client_credentials", scope: "x".repeat(20_000) });
  expect(huge.status).toBe(413);
  const json415 = await fetch(`${address}/oauth/token`, {
    method: "POST",
    headers: { authorization, "content-type": "text/plain" },
    body: "x",
  });
  expect(json415.status).toBe(415);
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});
