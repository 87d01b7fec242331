import { BEHIND_PROXY, browserOf, OAuthApp, ORIGIN } from "@crew/testing/oauth-app";
import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";

let on: TestApi;
beforeAll(async () => {
  on = await openTestApi(BEHIND_PROXY);
});
afterAll(() => on[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const crews = async (token: string) => (await on.call("GET", "/v1/crews", { headers: bearer(token) })).status;

test("an app registers itself, asks, is allowed by a person and acts for them with what they gave [ASVS 10.3.2, 10.3.3, 10.7.2]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const asked = await app.authorize();
  expect(asked.status).toBe(303);
  expect(asked.headers.location).toMatch(/^http:\/\/localhost:3000\/oauth\/consent\?request=/);
  const shown = await on.call("GET", `/v1/oauth-requests/${asked.requestId}`, { headers: browserOf(person) });
  expect(shown.json).toMatchObject({
    client: { id: app.clientId, name: "Agent desk", isSelfRegistered: true },
    redirectHost: "localhost:7777",
    scopes: ["crews:read", "runs:read", "runs:start"],
    workspaces: [{ id: person.actor.workspaceId, scopes: ["crews:read", "runs:read", "runs:start"] }],
  });
  const decision = { approve: true, workspaceId: person.actor.workspaceId, scopes: ["crews:read", "runs:read"] };
  const decided = await app.decide(person, asked.requestId ?? "", decision);
  expect(decided.json).toEqual({ redirectTo: `${ORIGIN}/oauth/authorize/${asked.requestId}` });
  const back = await app.resume(person, decided.json.redirectTo);
  const location = new URL(String(back.headers.location));
  expect(`${location.origin}${location.pathname}`).toBe("http://localhost:7777/cb");
  expect(location.searchParams.get("state")).toBe(app.state);
  expect(location.searchParams.get("iss")).toBe(ORIGIN);
  const { status, json } = await app.exchange(location.searchParams.get("code") ?? "");
  expect({ status, json }).toMatchObject({ status: 200, json: { token_type: "Bearer", expires_in: 600, scope: "crews:read runs:read" } });
  const me = await on.call("GET", "/v1/me", { headers: bearer(json.access_token) });
  expect(me.json).toMatchObject({ userId: person.actor.userId, email: null, permissions: ["crews:read", "runs:read"] });
  expect(await crews(json.access_token)).toBe(200);
  const beyond = await on.call("POST", "/v1/conversations", {
    headers: bearer(json.access_token),
    body: { title: "x", model: "demo/extractive" },
  });
  expect(beyond.status).toBe(403);
  expect((await readAudit(on.system, person.actor.workspaceId)).at(-1)).toMatchObject({
    action: "oauth_grant.given",
    detail: { clientId: app.clientId, scopes: ["crews:read", "runs:read"] },
  });
});

test("what the metadata names is there, and nothing weaker [ASVS 10.4.6]", async () => {
  const metadata = (await on.call("GET", "/.well-known/oauth-authorization-server")).json;
  expect(metadata).toMatchObject({
    issuer: ORIGIN,
    authorization_endpoint: `${ORIGIN}/oauth/authorize`,
    token_endpoint: `${ORIGIN}/oauth/token`,
    registration_endpoint: `${ORIGIN}/oauth/register`,
    introspection_endpoint: `${ORIGIN}/oauth/introspect`,
    revocation_endpoint: `${ORIGIN}/oauth/revoke`,
    jwks_uri: `${ORIGIN}/.well-known/jwks.json`,
    code_challenge_methods_supported: ["S256"],
    response_types_supported: ["code"],
    authorization_response_iss_parameter_supported: true,
  });
  expect([...metadata.grant_types_supported].sort()).toEqual(["authorization_code", "client_credentials", "refresh_token"]);
  expect((await on.call("GET", "/.well-known/openid-configuration")).json).toEqual(metadata);
  const refused = await on.call("GET", "/v1/crews");
  const [, found = ""] = /resource_metadata="([^"]+)"/.exec(String(refused.headers["www-authenticate"])) ?? [];
  for (const [path, resource] of [
    [new URL(found).pathname, "/v1"],
    ["/.well-known/oauth-protected-resource/mcp", "/mcp"],
  ] as const)
    expect((await on.call("GET", path)).json).toMatchObject({ resource: `${ORIGIN}${resource}`, authorization_servers: [ORIGIN] });
});

test("T-21 PKCE with S256 is asked of every app: missing, plain or wrong is refused [ASVS 10.4.6]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const weak: Record<string, string | null>[] = [
    { code_challenge: null, code_challenge_method: null },
    { code_challenge_method: "plain" },
    { code_challenge_method: null },
  ];
  for (const change of weak) {
    const { headers, requestId } = await app.authorize(change);
    expect(requestId).toBeUndefined();
    expect(new URL(String(headers.location)).searchParams.get("error")).toBe("invalid_request");
  }
  const wrong = await app.exchange(await app.codeFrom(person), { code_verifier: "A".repeat(43) });
  expect({ status: wrong.status, error: wrong.json.error }).toEqual({ status: 400, error: "invalid_grant" });
  const code = await app.codeFrom(person);
  const missing = await app.post("/oauth/token", { grant_type: "authorization_code", code, redirect_uri: app.redirectUri });
  expect(missing.status).toBe(400);
});

test("T-21 no answer goes to an address that was not registered, character by character [ASVS 10.4.1]", async () => {
  const web = await OAuthApp.register(on, "https://app.example/cb");
  const foreign = [
    "https://evil.example/cb",
    "https://app.example/cb/",
    "https://app.example/CB",
    "https://app.example/cb?x=1",
    "https://app.example/cb/../evil",
    "https://app.example@evil.example/cb",
    "https://app.example.evil.example/cb",
    "https://APP.example/cb",
    "https://app.example:8443/cb",
    "http://app.example/cb",
    "https://app.example/cb#x",
    "https://app.example/cb%00",
    "javascript:alert(1)",
    "http://localhost:7777/cb",
  ];
  for (const redirect_uri of foreign) {
    const { status, headers, requestId, text } = await web.authorize({ redirect_uri });
    expect({ redirect_uri, status, location: headers.location, requestId }).toEqual({
      redirect_uri,
      status: 400,
      location: undefined,
      requestId: undefined,
    });
    expect(text).not.toContain("<");
  }
  // A port of this machine is the app's to choose (RFC 8252); path and host are not.
  const local = await OAuthApp.register(on);
  expect((await local.authorize({ redirect_uri: "http://localhost:9191/cb" })).requestId).toBeDefined();
  for (const redirect_uri of ["http://localhost:7777/other", "http://127.0.0.1:7777/cb", "https://localhost:7777/cb"])
    expect((await local.authorize({ redirect_uri })).status).toBe(400);
});

test("T-21 the confused deputy: an attacker's app gets no code without this person's consent, whatever they allowed before [ASVS 10.7.1]", async () => {
  const person = await on.person();
  const trusted = await OAuthApp.register(on);
  await trusted.tokensFrom(person);
  // The attacker's app has another redirect; the person, who has allowed an app before, is led to the link.
  const evil = await OAuthApp.register(on, "https://evil.example/cb");
  const { requestId, headers } = await evil.authorize();
  expect(String(headers.location)).not.toContain("code=");
  const undecided = await evil.resume(person, `/oauth/authorize/${requestId}`);
  expect(String(undecided.headers.location)).toContain("/oauth/consent?request=");
  // The trusted app's id with the attacker's address.
  const mixed = await trusted.authorize({ redirect_uri: "https://evil.example/cb" });
  expect({ status: mixed.status, location: mixed.headers.location }).toEqual({ status: 400, location: undefined });
  // Even the same app is shown again each time; and not to be asked at all is refused.
  const again = await trusted.authorize();
  expect(again.requestId).toBeDefined();
  const silent = await trusted.authorize({ prompt: "none" });
  expect(new URL(String(silent.headers.location)).searchParams.get("error")).toBe("consent_required");
});

test("T-21 a decision made by another person does not come out of the browser that began the request [ASVS 10.7.1]", async () => {
  const victim = await on.person();
  const attacker = await on.person();
  const app = await OAuthApp.register(on, "https://evil.example/cb");
  const { requestId = "" } = await app.authorize();
  // The victim was sent the link of the consent page, and believed it.
  const decision = { approve: true, workspaceId: victim.actor.workspaceId, scopes: ["crews:read"] };
  const { json } = await app.decide(victim, requestId, decision);
  const mine = await app.resume(attacker, json.redirectTo);
  expect({ status: mine.status, location: mine.headers.location }).toEqual({ status: 403, location: undefined });
  const nobody = await app.resume(null, json.redirectTo);
  expect(nobody.headers.location).toBe(`/sign-in?next=${encodeURIComponent(`/oauth/authorize/${requestId}`)}`);
  // And the victim's own browser has not begun it.
  const theirs = await on.call("GET", `/oauth/authorize/${requestId}`, { headers: { cookie: victim.cookie } });
  expect({ status: theirs.status, location: theirs.headers.location }).toEqual({ status: 400, location: undefined });
});

test("one decision counts; a refusal is told to the app; what was not asked or is not one's own cannot be given [ASVS 10.4.11, 10.7.3]", async () => {
  const person = await on.person("viewer", (await on.person()).actor.workspaceId);
  const stranger = await on.person();
  const app = await OAuthApp.register(on);
  const { workspaceId } = person.actor;
  const asked = (await app.authorize()).requestId ?? "";
  for (const scopes of [["runs:start"], ["members:read"], ["api-keys:write"]])
    expect((await app.decide(person, asked, { approve: true, workspaceId, scopes })).status).toBe(400);
  const elsewhere = { approve: true, workspaceId: stranger.actor.workspaceId, scopes: ["crews:read"] };
  expect((await app.decide(person, asked, elsewhere)).status).toBe(400);
  const good = { approve: true, workspaceId, scopes: ["crews:read"] };
  const all = await Promise.all(Array.from({ length: 10 }, () => app.decide(person, asked, good)));
  expect(all.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  const grants = await on.call("GET", "/v1/oauth-grants", { headers: browserOf(person) });
  expect(grants.json.data).toMatchObject([{ clientId: app.clientId, clientName: "Agent desk", scopes: ["crews:read"] }]);
  const other = (await app.authorize()).requestId ?? "";
  const refused = await app.decide(person, other, { approve: false });
  const back = await app.resume(person, refused.json.redirectTo);
  const { searchParams } = new URL(String(back.headers.location));
  expect({ error: searchParams.get("error"), code: searchParams.get("code"), state: searchParams.get("state") }).toEqual({
    error: "access_denied",
    code: null,
    state: app.state,
  });
});

test("a decision is made by a person in a browser of this origin: no key, no token, no foreign page [ASVS 3.5.1]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const path = `/v1/oauth-requests/${(await app.authorize()).requestId}/decision`;
  const body = { approve: true, workspaceId: person.actor.workspaceId, scopes: ["crews:read"] };
  expect((await on.call("POST", path, { as: person, body })).status).toBe(403);
  expect((await on.call("POST", path, { headers: { cookie: person.cookie, origin: "https://evil.example" }, body })).status).toBe(403);
  expect((await on.call("POST", path, { headers: { cookie: person.cookie }, body })).status).toBe(403);
  expect((await on.call("POST", path, { body })).status).toBe(401);
  const page = await app.authorize();
  expect(page.headers).toMatchObject({
    "x-frame-options": "DENY",
    "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
  });
});

test("registration takes no address that could be somebody else's, no name that deceives, and so many an hour [ASVS 2.4.1, 10.4.7]", async () => {
  await using limited = await openTestApi();
  const register = (body: unknown) => limited.call("POST", "/oauth/register", { body });
  const bad = [
    "http://app.example/cb",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://*.example/cb",
    "https://a.example/#x",
    "https://u:p@a.example/cb",
    "cb",
  ];
  for (const uri of bad)
    expect(await register({ redirect_uris: [uri], token_endpoint_auth_method: "none" })).toMatchObject({
      status: 400,
      json: { error: "invalid_redirect_uri" },
    });
  for (const client_name of ["a\u202eb", "a\nb", "\u0000", "x".repeat(81)])
    expect((await register({ client_name, redirect_uris: ["https://a.example/cb"] })).status).toBe(400);
  for (const more of [
    { grant_types: ["client_credentials"] },
    { response_types: ["token"] },
    { token_endpoint_auth_method: "private_key_jwt" },
  ])
    expect((await register({ redirect_uris: ["https://a.example/cb"], ...more })).status).toBe(400);
  const statuses = [];
  for (let i = 0; i < 25; i++) statuses.push((await register({ redirect_uris: ["https://a.example/cb"] })).status);
  expect(statuses.at(-1)).toBe(429);
  expect(statuses).toContain(201);
});

test("codes alone are given out: no tokens in addresses, no grant that takes a password [ASVS 10.4.4, 10.6.1]", async () => {
  const app = await OAuthApp.register(on);
  for (const response_type of ["token", "id_token", "id_token token", "code token", "code id_token", "none"]) {
    const { headers, requestId } = await app.authorize({ response_type, nonce: "n", scope: "openid crews:read" });
    expect({ response_type, requestId }).toEqual({ response_type, requestId: undefined });
    expect(String(headers.location ?? "")).not.toContain("token=");
  }
  for (const response_mode of ["fragment", "form_post", "jwt"]) expect((await app.authorize({ response_mode })).requestId).toBeUndefined();
  for (const grant_type of [
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
  ])
    expect((await app.post("/oauth/token", { grant_type, username: "a", password: "b" })).json.error).toBe("unsupported_grant_type");
});
