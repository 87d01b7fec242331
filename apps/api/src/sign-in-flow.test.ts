import { createSignInLink } from "@crew/core/sessions/create-sign-in-link";
import { createLocalOwner } from "@crew/core/workspaces/create-local-owner";
import { openTestApi, type TestAnswer, type TestApi } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function post(path: string, body: unknown, cookie = "") {
  return api.call("POST", path, { body, headers: { origin: ORIGIN, ...(cookie && { cookie }) } });
}

function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith("crew_session="))?.split(";", 1)[0] ?? "";
}

test("a person signs up, works, signs out and in again", async () => {
  const signedUp = await post("/api/auth/sign-up/email", { name: "Ada", email: "ada@example.test", password: PASSWORD });
  expect(signedUp.status).toBe(200);
  expect(signedUp.text).not.toContain("token");
  const cookie = cookieOf(signedUp);
  const me = await api.call("GET", "/v1/me", { headers: { cookie } });
  expect(me.json).toMatchObject({ name: "Ada", email: "ada@example.test", isLocalOwner: false, workspace: { role: "owner" } });
  expect((await api.call("GET", "/v1/crews", { headers: { cookie } })).json.data.length).toBeGreaterThan(0);
  expect((await post("/v1/api-keys", { name: "ci" }, cookie)).json.key).toMatch(/^crew_/);
  expect((await post("/api/auth/sign-out", {}, cookie)).status).toBe(200);
  expect((await api.call("GET", "/v1/me", { headers: { cookie } })).status).toBe(401);
  const signedIn = await post("/api/auth/sign-in/email", { email: "ada@example.test", password: PASSWORD });
  expect((await api.call("GET", "/v1/me", { headers: { cookie: cookieOf(signedIn) } })).status).toBe(200);
});

test("a script without cookies needs no Origin to sign up and in", async () => {
  const body = { name: "Script", email: "script@example.test", password: PASSWORD };
  expect((await api.call("POST", "/api/auth/sign-up/email", { body })).status).toBe(200);
  expect((await api.call("POST", "/api/auth/sign-in/email", { body: { email: body.email, password: PASSWORD } })).status).toBe(200);
});

test("failures are problems like everywhere else, and the form can name the field", async () => {
  const wrong = await post("/api/auth/sign-in/email", { email: "ada@example.test", password: "not the password" });
  expect([wrong.status, wrong.json.code]).toEqual([401, "unauthenticated"]);
  const short = await post("/api/auth/sign-up/email", { name: "A", email: "x@example.test", password: "short" });
  expect([short.status, short.json.issues[0].path]).toEqual([400, "password"]);
  const large = await post("/api/auth/sign-up/email", { name: "A".repeat(20_000), email: "x@example.test", password: PASSWORD });
  expect(large.status).toBe(413);
  expect((await post("/api/auth/delete-user", {})).status).toBe(404);
});

test("the addresses of different clients are kept apart, and nobody can name their own", async () => {
  const answer = await api.call("POST", "/api/auth/sign-in/email", {
    body: { email: "ada@example.test", password: PASSWORD },
    headers: { origin: ORIGIN, "x-forwarded-for": "203.0.113.1", "x-crew-client-address": "203.0.113.2" },
  });
  expect(answer.status).toBe(200);
  const { rows } = await api.system.pool.query("SELECT DISTINCT ip_address FROM sessions WHERE ip_address IS NOT NULL");
  expect(rows).toEqual([{ ip_address: "127.0.0.1" }]);
});

test("what only a person in a browser may do is refused to a key", async () => {
  const body = { name: "Ada", email: "new@example.test", password: PASSWORD };
  const { status, json } = await api.call("PUT", "/v1/me/credentials", { as: await api.person(), body });
  expect([status, json.code]).toEqual([403, "forbidden"]);
});

describe("the printed link", () => {
  test("signs the local owner in, once, and says what to do when it is used", async () => {
    await using fresh = await openTestApi();
    await createLocalOwner(fresh.system);
    const { token } = await createSignInLink(fresh.system);
    const first = await fresh.call("GET", `/start?token=${token}`);
    expect([first.status, first.headers.location]).toEqual([302, "/"]);
    const cookie = cookieOf(first);
    expect((await fresh.call("GET", "/v1/me", { headers: { cookie } })).json).toMatchObject({ isLocalOwner: true, email: null });

    const again = await fresh.call("GET", `/start?token=${token}`);
    expect(again.status).toBe(410);
    expect(again.text).toContain("npm run link");
    expect(again.headers["set-cookie"]).toBeUndefined();
    expect(again.headers["content-security-policy"]).not.toContain("unsafe-inline");
    // In the browser that is signed in already the used link simply leads home.
    expect((await fresh.call("GET", `/start?token=${token}`, { headers: { cookie } })).status).toBe(302);
    for (const query of ["", "?token=", "?token=x", `?token=${"x".repeat(5_000)}`, "?token=a&token=b"])
      expect((await fresh.call("GET", `/start${query}`)).status, query).toBe(410);

    const body = { name: "Ada", email: "owner@example.test", password: PASSWORD };
    const set = await fresh.call("PUT", "/v1/me/credentials", { body, headers: { cookie, origin: ORIGIN } });
    expect(set.json).toMatchObject({ name: "Ada", email: "owner@example.test", isLocalOwner: false });
    const signedIn = await fresh.call("POST", "/api/auth/sign-in/email", {
      body: { email: body.email, password: PASSWORD },
      headers: { origin: ORIGIN },
    });
    expect(signedIn.status).toBe(200);
  });

  test("of twenty that open it at once one is signed in", async () => {
    await using fresh = await openTestApi();
    await createLocalOwner(fresh.system);
    const { token } = await createSignInLink(fresh.system);
    const answers = await Promise.all(Array.from({ length: 20 }, () => fresh.call("GET", `/start?token=${token}`)));
    expect(answers.filter((answer) => answer.status === 302)).toHaveLength(1);
  });
});
