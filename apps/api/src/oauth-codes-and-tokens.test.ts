import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { BEHIND_PROXY, browserOf, OAuthApp, ORIGIN } from "@crew/testing/oauth-app";
import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { openTestGateway } from "@crew/testing/open-test-gateway";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";

let on: TestApi;
beforeAll(async () => {
  on = await openTestApi(BEHIND_PROXY);
});
afterAll(() => on[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const crews = async (token: string) => (await on.call("GET", "/v1/crews", { headers: bearer(token) })).status;

test("T-21 a code is used once: the second use is refused and ends what the first one got [ASVS 10.4.2]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const code = await app.codeFrom(person);
  const { json: first } = await app.exchange(code);
  expect(await crews(first.access_token)).toBe(200);
  const second = await app.exchange(code);
  expect({ status: second.status, error: second.json.error }).toEqual({ status: 400, error: "invalid_grant" });
  await expect.poll(() => crews(first.access_token)).toBe(401);
  expect((await app.refresh(first.refresh_token)).json.error).toBe("invalid_grant");
  expect((await readAudit(on.system, person.actor.workspaceId)).map(({ action }) => action)).toContain("oauth_grant.reuse_detected");
});

test("T-21 of twenty who use one code at once at most one gets tokens, and those are worth nothing then [ASVS 10.4.2, 15.4.2]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const code = await app.codeFrom(person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.exchange(code)));
  const won = answers.filter(({ status }) => status === 200);
  expect(won.length).toBeLessThanOrEqual(1);
  expect(new Set(answers.filter(({ status }) => status !== 200).map(({ status }) => status))).toEqual(new Set([400]));
  for (const { json } of won) await expect.poll(() => crews(json.access_token)).toBe(401);
});

test("a code is for the app that asked and the address it was sent to", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const other = await OAuthApp.register(on);
  const stolen = new OAuthApp(on, other.clientId);
  expect((await stolen.exchange(await app.codeFrom(person), { code_verifier: app.verifier })).json.error).toBe("invalid_grant");
  expect((await app.exchange(await app.codeFrom(person), { redirect_uri: "http://localhost:1/cb" })).json.error).toBe("invalid_grant");
});

test("T-21 a token for another audience is refused, and one of ours is given for ours alone [ASVS 10.3.1, 9.2.3, 9.2.4]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const foreign = await app.authorize({ resource: "https://other.example/v1" });
  expect(new URL(String(foreign.headers.location)).searchParams.get("error")).toBe("invalid_target");
  const code = await app.codeFrom(person, { resource: `${ORIGIN}/mcp` });
  const { json } = await app.exchange(code, { resource: `${ORIGIN}/mcp` });
  expect(JSON.parse(Buffer.from(json.access_token.split(".")[1], "base64url").toString()).aud).toBe(`${ORIGIN}/mcp`);
  expect(await crews(json.access_token)).toBe(401);
});

test("T-29 of twenty refreshes at once one gets a new pair, which works; the old token, shown later, ends the family [ASVS 10.4.5]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const old = await app.tokensFrom(person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.refresh(old.refresh_token)));
  const pairs = answers.filter(({ status }) => status === 200).map(({ json }) => json);
  expect(pairs).toHaveLength(1);
  expect(answers.filter(({ json }) => json.error === "invalid_grant")).toHaveLength(19);
  expect(await crews(pairs[0].access_token)).toBe(200);
  const { status, json: next } = await app.refresh(pairs[0].refresh_token);
  expect(status).toBe(200);
  await delay(600);
  expect((await app.refresh(old.refresh_token)).json.error).toBe("invalid_grant");
  expect((await app.refresh(next.refresh_token)).json.error).toBe("invalid_grant");
  await expect.poll(() => crews(next.access_token)).toBe(401);
  expect(
    (await readAudit(on.system, person.actor.workspaceId)).filter(({ action }) => action === "oauth_grant.reuse_detected"),
  ).toHaveLength(1);
});

test("a refresh gives no more than was given, and may ask for less", async () => {
  const app = await OAuthApp.register(on);
  const tokens = await app.tokensFrom(await on.person());
  const less = await app.refresh(tokens.refresh_token, { scope: "crews:read" });
  expect(less.json.scope).toBe("crews:read");
  expect((await app.refresh(less.json.refresh_token, { scope: "crews:read secrets:write" })).json.error).toBe("invalid_scope");
});

test("T-29 access that is taken away ends at once, with its tokens [ASVS 10.4.9]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const tokens = await app.tokensFrom(person);
  const list = await on.call("GET", "/v1/oauth-grants", { headers: browserOf(person) });
  const stranger = await on.person();
  const path = `/v1/oauth-grants/${list.json.data[0].id}`;
  expect((await on.call("DELETE", path, { headers: browserOf(stranger) })).status).toBe(404);
  expect((await on.call("DELETE", path, { headers: browserOf(person) })).status).toBe(204);
  await expect.poll(() => crews(tokens.access_token)).toBe(401);
  expect((await app.refresh(tokens.refresh_token)).json.error).toBe("invalid_grant");
});

test("an app never has more than its person: a role that is taken away takes the app's rights along [ASVS 8.3.3, 10.3.2]", async () => {
  const person = await on.person("operator", (await on.person()).actor.workspaceId);
  const app = await OAuthApp.register(on);
  const tokens = await app.tokensFrom(person, ["crews:read", "runs:read", "runs:start"]);
  await on.system.pool.query("UPDATE workspace_members SET role = 'viewer' WHERE user_id = (SELECT id FROM users WHERE email = $1)", [
    `${person.actor.userId}@example.test`,
  ]);
  const renewed = await app.refresh(tokens.refresh_token);
  expect(renewed.json.scope).toBe("crews:read runs:read");
});

test("T-11 neither codes nor tokens nor secrets stand in the database [ASVS 14.2.4]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const code = await app.codeFrom(person);
  const { json } = await app.exchange(code);
  const { requestId = "" } = await app.authorize();
  const texts = [];
  for (const table of ["oauth_artifacts", "oauth_clients", "oauth_grants", "audit_events", "signing_keys"]) {
    const { rows } = await on.system.pool.query<{ text: string }>(`SELECT row_to_json(t)::text AS text FROM ${table} t`);
    texts.push(...rows.map(({ text }) => text));
  }
  const all = texts.join("\n");
  expect(all).toContain("codeChallenge");
  for (const secret of [code, json.access_token, json.refresh_token, requestId]) {
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret).toString("hex"));
  }
  expect(all).not.toContain('"d":');
});

test("a code is over after a minute, and a request after ten [ASVS 10.4.3]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const code = await app.codeFrom(person);
  const asked = await app.authorize();
  const { rows } = await on.system.pool.query<{ kind: string; seconds: number }>(
    "SELECT kind, extract(epoch FROM expires_at - now())::float AS seconds FROM oauth_artifacts WHERE expires_at > now()",
  );
  const longest = (kind: string) => Math.max(...rows.filter((row) => row.kind === kind).map(({ seconds }) => seconds));
  expect(longest("AuthorizationCode")).toBeLessThanOrEqual(60);
  expect(longest("Interaction")).toBeLessThanOrEqual(600);
  await on.system.pool.query(
    "UPDATE oauth_artifacts SET expires_at = now() - interval '1 second' WHERE kind IN ('AuthorizationCode', 'Interaction')",
  );
  expect((await app.exchange(code)).json.error).toBe("invalid_grant");
  expect((await on.call("GET", `/v1/oauth-requests/${asked.requestId}`, { headers: browserOf(person) })).status).toBe(404);
});

test("refresh tokens end 90 days after the person decided, however often they were renewed [ASVS 10.4.8]", async () => {
  const app = await OAuthApp.register(on);
  const first = await app.tokensFrom(await on.person());
  const inDays = async () => {
    const { rows } = await on.system.pool.query<{ days: number }>(
      "SELECT extract(epoch FROM expires_at - now())::float / 86400 AS days FROM oauth_artifacts WHERE kind = 'RefreshToken' AND consumed_at IS NULL AND payload ->> 'clientId' = $1",
      [app.clientId],
    );
    return rows[0]?.days ?? 0;
  };
  const age = (days: number) =>
    on.system.pool.query(
      "UPDATE oauth_artifacts SET payload = payload || jsonb_build_object('iiat', extract(epoch FROM now())::int - $2 * 86400) WHERE kind = 'RefreshToken' AND payload ->> 'clientId' = $1",
      [app.clientId, days],
    );
  expect(Math.round(await inDays())).toBe(30);
  await age(80);
  const second = await app.refresh(first.refresh_token);
  expect(second.status).toBe(200);
  expect(Math.round(await inDays())).toBe(10);
  await age(91);
  expect((await app.refresh(second.json.refresh_token)).json.error).toBe("invalid_grant");
});

test("T-29 a socket that an app opened ends with what its person gave it [ASVS 7.4.1]", async () => {
  const person = await on.person();
  const app = await OAuthApp.register(on);
  const code = await app.codeFrom(person, { scope: "workspace:read runs:read" }, ["workspace:read", "runs:read"]);
  const { access_token } = (await app.exchange(code)).json;
  await using gateway = await openTestGateway(on.system);
  const ticket = async () =>
    (await on.call("POST", "/v1/socket-tickets", { headers: bearer(access_token), body: {} })).json.ticket as string;
  const unused = await ticket();
  const open = async (shown: string) => {
    const socket = new WebSocket(gateway.url);
    const closed = once(socket, "close");
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", ticket: shown }));
    return { ready: Promise.race([once(socket, "message"), closed]), closed };
  };
  const socket = await open(await ticket());
  await socket.ready;
  const { data } = (await on.call("GET", "/v1/oauth-grants", { headers: browserOf(person) })).json;
  await on.call("DELETE", `/v1/oauth-grants/${data[0].id}`, { headers: browserOf(person) });
  expect((await socket.closed)[0].code).toBe(4401);
  expect((await (await open(unused)).closed)[0].code).toBe(4401);
});
