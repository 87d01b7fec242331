import { openTestApi, type TestAnswer, type TestApi } from "@crew/testing/open-test-api";
import { startTestIssuer, type TestIssuer } from "@crew/testing/start-test-issuer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ORIGIN = "http://localhost:3000";
const REDIRECT = `${ORIGIN}/api/auth/callback/oidc`;
const PASSWORD = "correct horse battery";

let api: TestApi;
let issuer: TestIssuer;

function openApi(over: object = {}, allow = [issuer.allow]): Promise<TestApi> {
  const { clientId, clientSecret } = issuer;
  const provider = { id: "oidc", name: "Team", kind: "oidc" as const, issuer: issuer.issuer, clientId, clientSecret };
  return openTestApi({ system: { config: { egressAllow: allow, signInProviders: [provider], ...over } } });
}

beforeAll(async () => {
  issuer = await startTestIssuer(REDIRECT);
  api = await openApi();
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

function cookieOf(answer: TestAnswer, name: string): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith(`${name}=`))?.split(";", 1)[0] ?? "";
}

async function begin(on = api, callbackURL = "/crews/?tab=all#top", cookie = "") {
  const answer = await on.call("POST", "/api/auth/sign-in/social", {
    body: { provider: "oidc", callbackURL },
    headers: { origin: ORIGIN, ...(cookie && { cookie }) },
  });
  return { answer, url: String(answer.json?.url), browser: cookieOf(answer, "crew_flow") };
}

function comeBack(url: URL | string, browser: string, on = api): Promise<TestAnswer> {
  const { pathname, search } = new URL(url);
  return on.call("GET", pathname + search, { headers: browser ? { cookie: browser } : {} });
}

async function signIn(person: TestIssuer["person"], on = api) {
  issuer.person = person;
  const { url, browser } = await begin(on);
  const answer = await comeBack(await issuer.visit(url), browser, on);
  return { answer, location: String(answer.headers.location), session: cookieOf(answer, "crew_session") };
}

const me = (session: string, on = api) => on.call("GET", "/v1/me", { headers: { cookie: session } });

const signUp = (email: string, on = api) =>
  on.call("POST", "/api/auth/sign-up/email", { body: { name: "Ada", email, password: PASSWORD }, headers: { origin: ORIGIN } });

test("the sign-in page is told who can vouch for people, and no secret", async () => {
  const { json, text } = await api.call("GET", "/v1/installation");
  expect(json.signInProviders).toEqual([{ id: "oidc", name: "Team" }]);
  expect(text).not.toContain(issuer.clientSecret);
});

describe("with a real issuer", () => {
  test("somebody new signs up, and signs in as the same person later [ASVS 6.8.1, 10.5.2]", async () => {
    const grace = { sub: "grace-1", email: "Grace@Example.test", email_verified: true, name: "Grace\u202e\nHopper" };
    const first = await signIn(grace);
    expect([first.answer.status, first.location]).toEqual([302, "/crews/?tab=all#top"]);
    expect((await me(first.session)).json).toMatchObject({
      name: "Grace Hopper",
      email: "grace@example.test",
      workspace: { role: "owner" },
    });
    // Neither another address nor another name makes another person.
    const again = await signIn({ ...grace, email: "hopper@example.test", name: "G" });
    expect((await me(again.session)).json.userId).toBe((await me(first.session)).json.userId);
    const { rows } = await api.system.pool.query(
      "SELECT provider_id, access_token, refresh_token, id_token FROM accounts WHERE account_id = 'grace-1'",
    );
    expect(rows).toEqual([{ provider_id: `oidc:${issuer.issuer}`, access_token: null, refresh_token: null, id_token: null }]);
  });

  test("an existing account is linked only when both sides have verified the address", async () => {
    await signUp("ada@example.test");
    const profile = { sub: "ada-1", email: "ada@example.test", email_verified: true };
    expect((await signIn(profile)).location).toBe("/sign-in/?failed=address_taken");
    await api.system.pool.query("UPDATE users SET email_verified = true WHERE email = 'ada@example.test'");
    expect((await signIn({ ...profile, email_verified: false })).location).toBe("/sign-in/?failed=address_not_verified");
    expect((await signIn({ sub: "ada-1" })).location).toBe("/sign-in/?failed=address_not_verified");
    expect((await api.system.pool.query("SELECT FROM accounts WHERE account_id = 'ada-1'")).rowCount).toBe(0);
    const linked = await signIn(profile);
    expect((await me(linked.session)).json.email).toBe("ada@example.test");
    expect((await api.system.pool.query("SELECT FROM audit_events WHERE action = 'account.linked'")).rowCount).toBe(1);
    await api.system.pool.query("UPDATE users SET disabled_at = now() WHERE email = 'ada@example.test'");
    const disabled = await signIn(profile);
    expect([disabled.location, disabled.session]).toEqual(["/sign-in/?failed=account_disabled", ""]);
  });

  test("the installation's policy on strangers holds here too", async () => {
    await using closed = await openApi({ signUp: "invite" });
    const stranger = await signIn({ sub: "eve", email: "eve@example.test", email_verified: true }, closed);
    expect([stranger.location, stranger.session]).toEqual(["/sign-in/?failed=sign_up_closed", ""]);
    expect((await closed.system.pool.query("SELECT FROM users")).rowCount).toBe(0);
    await using first = await openApi({ signUp: "first-user" });
    expect((await signIn({ sub: "one", email: "one@example.test", email_verified: true }, first)).location).toBe("/crews/?tab=all#top");
    expect((await signIn({ sub: "two", email: "two@example.test", email_verified: true }, first)).location).toBe(
      "/sign-in/?failed=sign_up_closed",
    );
  });

  test("whoever is invited comes in by their provider too, into the workspace that asked them, once", async () => {
    await using closed = await openApi({ signUp: "invite" });
    const owner = await closed.person("owner");
    const invite = (email: string) => closed.call("POST", "/v1/invitations", { as: owner, body: { email, role: "builder" } });
    expect((await invite("lin@example.test")).status).toBe(201);
    const lin = { sub: "lin-1", email: "Lin@example.test", email_verified: true, name: "Lin" };
    expect((await signIn({ ...lin, email_verified: false }, closed)).location).toContain("failed=");
    const { session } = await signIn(lin, closed);
    expect((await me(session, closed)).json).toMatchObject({ workspace: { id: owner.actor.workspaceId, role: "builder" } });
    const { json } = await closed.call("GET", "/v1/workspaces", { headers: { cookie: session } });
    expect(json.data).toHaveLength(1);
    const stranger = { sub: "max-1", email: "max@example.test", email_verified: true, name: "Max" };
    expect((await signIn(stranger, closed)).location).toContain("failed=sign_up_closed");
    const gone = (await invite("max@example.test")).json;
    await closed.call("DELETE", `/v1/invitations/${gone.id}`, { as: owner });
    expect((await signIn(stranger, closed)).location).toContain("failed=sign_up_closed");
  });

  test("T-21 what comes back is taken once, from the browser that went, with the state that it got [ASVS 10.1.2] [ASVS 10.2.1, 7.6.2]", async () => {
    issuer.person = { sub: "once", email: "once@example.test", email_verified: true };
    const { url, browser } = await begin();
    expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
    const back = await issuer.visit(url);
    const exchanges = issuer.exchanges;
    const stranger = await begin();
    const altered = (name: string, value: string | null) => {
      const other = new URL(back);
      if (value === null) other.searchParams.delete(name);
      else other.searchParams.set(name, value);
      return other;
    };
    const doubled = new URL(back);
    doubled.searchParams.append("state", "x");
    for (const [address, cookie] of [
      [altered("state", null), browser],
      [altered("state", ""), browser],
      [altered("state", "A".repeat(43)), browser],
      [doubled, browser],
    ] as const)
      expect((await comeBack(address, cookie)).headers.location, address.search).toBe("/sign-in/?failed=link_over");
    expect(issuer.exchanges).toBe(exchanges);
    expect((await comeBack(back, browser)).headers.location).toBe("/crews/?tab=all#top");
    expect((await comeBack(back, browser)).headers.location).toBe("/sign-in/?failed=link_over");
    // A stolen answer is of no use in another browser, and of none in its own after that.
    const stolen = await issuer.visit((await begin()).url);
    expect((await comeBack(stolen, stranger.browser)).headers.location).toBe("/sign-in/?failed=link_over");
    expect((await comeBack(stolen, "")).headers.location).toBe("/sign-in/?failed=link_over");
  });

  test("T-21 an answer of another issuer, a refusal and a foreign code sign nobody in [ASVS 10.2.2]", async () => {
    const tries: ((url: URL) => void)[] = [
      (url) => url.searchParams.set("iss", "https://evil.example"),
      (url) => url.searchParams.delete("iss"),
      (url) => url.searchParams.append("iss", issuer.issuer),
      (url) => url.searchParams.set("code", "x"),
      (url) => url.searchParams.append("code", "x"),
      (url) => url.searchParams.delete("code"),
      (url) => url.searchParams.set("error", "access_denied"),
    ];
    for (const change of tries) {
      const { url, browser } = await begin();
      const back = await issuer.visit(url);
      change(back);
      const answer = await comeBack(back, browser);
      expect([answer.headers.location, cookieOf(answer, "crew_session")], back.search).toEqual(["/sign-in/?failed=provider_failed", ""]);
    }
  });

  test("a code of one sign-in is worth nothing in another: PKCE and nonce [ASVS 10.5.1]", async () => {
    issuer.person = { sub: "mixed", email: "mixed@example.test", email_verified: true };
    const [victim, attacker] = [await begin(), await begin()];
    const [victims, attackers] = [await issuer.visit(victim.url), await issuer.visit(attacker.url)];
    victims.searchParams.set("code", attackers.searchParams.get("code") ?? "");
    expect((await comeBack(victims, victim.browser)).headers.location).toBe("/sign-in/?failed=provider_failed");
    const third = await begin();
    const back = await issuer.visit(third.url);
    await api.system.pool.query("UPDATE sign_in_flows SET nonce = 'another'");
    expect((await comeBack(back, third.browser)).headers.location).toBe("/sign-in/?failed=provider_failed");
    const fourth = await begin();
    const late = await issuer.visit(fourth.url);
    await api.system.pool.query("UPDATE sign_in_flows SET expires_at = now() - interval '1 second'");
    expect((await comeBack(late, fourth.browser)).headers.location).toBe("/sign-in/?failed=link_over");
  });

  test("one leads only to pages of ours afterwards [ASVS 3.7.2]", async () => {
    for (const path of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "\\\\evil.example",
      "/\t/evil.example",
      "javascript:alert(1)",
      "crews",
      "",
      " /",
      "/%0d%0a//x\n",
      "http://localhost:3000/",
    ])
      expect((await begin(api, path)).answer.status, path).toBe(400);
    for (const path of ["/", "/runs/?id=run_1", "/a//b", "/%2f%2fevil.example"])
      expect((await begin(api, path)).answer.status, path).toBe(200);
    const unknown = await api.call("POST", "/api/auth/sign-in/social", {
      body: { provider: "google", callbackURL: "/" },
      headers: { origin: ORIGIN },
    });
    expect(unknown.status).toBe(404);
    expect((await api.call("GET", "/api/auth/callback/google?code=x&state=y")).status).toBe(404);
  });

  test("T-09 an issuer in a private network is asked only when the operator allows it", async () => {
    await using walled = await openApi({}, []);
    const { answer } = await begin(walled);
    expect([answer.status, answer.json.code]).toEqual([503, "unavailable"]);
  });

  test("T-01 who has a second factor owes it here too [ASVS 6.3.4]", async () => {
    const person = { sub: "two", email: "two@example.test", email_verified: true };
    const first = await signIn(person);
    const { json } = await me(first.session);
    await api.system.pool.query(
      `INSERT INTO second_factors (user_id, seed_encrypted, recovery_code_hashes, enabled_at)
       SELECT id, 'x', '{}', now() FROM users WHERE email = 'two@example.test'`,
    );
    const second = await signIn(person);
    expect(second.location).toBe("/sign-in/?second-factor=1&next=%2Fcrews%2F%3Ftab%3Dall%23top");
    expect(second.session).toBe("");
    expect(cookieOf(second.answer, "crew_pending")).not.toBe("");
    expect((await me(cookieOf(second.answer, "crew_pending"))).status).toBe(401);
    expect(json.email).toBe("two@example.test");
  });
});
