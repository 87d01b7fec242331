import { disableAccount } from "@crew/core/accounts/disable-account";
import { openTestApi, type TestAnswer, type TestApi } from "@crew/testing/open-test-api";
import { openTestGateway, type TestGateway } from "@crew/testing/open-test-gateway";
import { SocketReader } from "@crew/testing/socket-reader";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";

const ORIGIN = "http://localhost:3000";
const PASSWORD = "correct horse battery";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

let api: TestApi;
let gateway: TestGateway;
beforeAll(async () => {
  api = await openTestApi();
  gateway = await openTestGateway(api.system);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

function post(path: string, body: unknown, cookie = "", userAgent = FIREFOX): Promise<TestAnswer> {
  return api.call("POST", `/api/auth${path}`, { body, headers: { origin: ORIGIN, "user-agent": userAgent, ...(cookie && { cookie }) } });
}

function cookieOf(answer: TestAnswer): string {
  const lines = [answer.headers["set-cookie"] ?? []].flat().map(String);
  return lines.find((line) => line.startsWith("crew_session="))?.split(";", 1)[0] ?? "";
}

let people = 0;
async function signUp() {
  const email = `person${++people}@example.test`;
  const cookie = cookieOf(await post("/sign-up/email", { name: "Ada", email, password: PASSWORD }));
  const other = cookieOf(await post("/sign-in/email", { email, password: PASSWORD }, "", "curl/8.5.0"));
  return { email, cookie, other };
}

const status = async (cookie: string) => (await api.call("GET", "/v1/me", { headers: { cookie } })).status;
const list = async (cookie: string) => api.call("GET", "/api/auth/list-sessions", { headers: { cookie } });

async function socketOf(cookie: string): Promise<SocketReader> {
  const { json } = await api.call("POST", "/v1/socket-tickets", { body: {}, headers: { cookie, origin: ORIGIN } });
  const reader = new SocketReader(new WebSocket(gateway.url));
  await reader.opened;
  reader.send({ type: "auth", ticket: json.ticket });
  await reader.next("ready");
  return reader;
}

/** The code that a socket is closed with within five seconds. */
function closedWithin(reader: SocketReader): Promise<number | string> {
  return Promise.race([reader.closed, new Promise<string>((resolve) => setTimeout(resolve, 5_000, "still open"))]);
}

describe("a list of sessions", () => {
  test("says where each came from, which is this one, and nothing that opens one [ASVS 7.5.2]", async () => {
    const { cookie, other } = await signUp();
    const { json, text } = await list(cookie);
    expect(json).toHaveLength(2);
    expect(json.find((one: { isCurrent: boolean }) => one.isCurrent)).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      device: "Firefox on Linux",
      address: "127.0.0.1",
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: expect.stringMatching(/Z$/),
      isCurrent: true,
    });
    expect(json.map(({ device }: { device: string }) => device).toSorted()).toEqual(["Firefox on Linux", "curl"]);
    for (const one of [cookie, other]) expect(text).not.toContain(decodeURIComponent(one).split("=")[1]?.split(".")[0]);
    expect((await list("")).status).toBe(401);
  });

  test("ends one, the others or all, one's own only [ASVS 7.4.1]", async () => {
    const { cookie, other } = await signUp();
    const stranger = await signUp();
    const [mine] = (await list(other)).json.filter((one: { isCurrent: boolean }) => one.isCurrent);
    expect((await post("/revoke-session", { id: mine.id }, stranger.cookie)).status).toBe(404);
    expect((await post("/revoke-session", { id: mine.id, userId: "x" }, cookie)).status).toBe(400);
    for (const id of [null, "", 0, {}, [mine.id], "x"])
      expect([400, 404]).toContain((await post("/revoke-session", { id }, cookie)).status);
    expect(await status(other)).toBe(200);
    expect((await post("/revoke-session", { id: mine.id }, cookie)).status).toBe(200);
    expect([await status(cookie), await status(other)]).toEqual([200, 401]);
    expect((await post("/revoke-other-sessions", {}, stranger.cookie)).status).toBe(200);
    expect([await status(stranger.cookie), await status(stranger.other)]).toEqual([200, 401]);
    expect((await post("/revoke-sessions", {}, stranger.cookie)).status).toBe(200);
    expect(await status(stranger.cookie)).toBe(401);
  });
});

describe("T-29 what ends a session ends its cookie and its open socket within five seconds", () => {
  test("signing out", async () => {
    const { cookie } = await signUp();
    const socket = await socketOf(cookie);
    await post("/sign-out", {}, cookie);
    expect(await closedWithin(socket)).toBe(4401);
    expect(await status(cookie)).toBe(401);
  });

  test("another password", async () => {
    const { cookie, other } = await signUp();
    const socket = await socketOf(other);
    const changed = await post("/change-password", { currentPassword: PASSWORD, newPassword: "lumbering otters sing" }, cookie);
    expect(await closedWithin(socket)).toBe(4401);
    expect([await status(cookie), await status(other), await status(cookieOf(changed))]).toEqual([401, 401, 200]);
  });

  test("being disabled: keys, cookies and tickets too, until it is taken back [ASVS 7.4.2, 7.4.5]", async () => {
    const { email, cookie } = await signUp();
    const { json } = await api.call("POST", "/v1/api-keys", { body: { name: "ci", expiresAt: null }, headers: { cookie, origin: ORIGIN } });
    const withKey = async () => (await api.call("GET", "/v1/me", { headers: { authorization: `Bearer ${json.key}` } })).status;
    expect(await withKey()).toBe(200);
    const socket = await socketOf(cookie);
    const { ticket } = (await api.call("POST", "/v1/socket-tickets", { body: {}, headers: { cookie, origin: ORIGIN } })).json;
    await disableAccount(api.system, email);
    expect(await closedWithin(socket)).toBe(4401);
    expect([await status(cookie), await withKey()]).toEqual([401, 401]);
    const late = new SocketReader(new WebSocket(gateway.url));
    await late.opened;
    late.send({ type: "auth", ticket });
    expect(await closedWithin(late)).toBe(4401);
    expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(401);
    expect((await post("/request-password-reset", { email })).status).toBe(200);
    const jobs = await api.system.pool.query("SELECT data FROM pgboss.job WHERE name = 'account-mail' ORDER BY created_on DESC LIMIT 1");
    expect(jobs.rows[0].data).toMatchObject({ kind: "password_reset", userId: null });
    const audit = await api.system.pool.query("SELECT FROM audit_events WHERE action = 'account.disabled'");
    expect(audit.rowCount).toBe(1);
    await disableAccount(api.system, email, false);
    expect((await post("/sign-in/email", { email, password: PASSWORD })).status).toBe(200);
    expect(await withKey()).toBe(200);
  });
});

test("a session ends after ninety days, however much it is used [ASVS 7.3.2]", async () => {
  const { cookie, other } = await signUp();
  await api.system.pool.query("UPDATE sessions SET created_at = now() - interval '91 days' WHERE user_agent LIKE 'curl%'");
  expect([await status(cookie), await status(other)]).toEqual([200, 401]);
});

test("over HTTPS the cookie is bound to this host, and kept from scripts and from other sites [ASVS 3.3.1] [ASVS 3.3.2] [ASVS 3.3.4]", async () => {
  await using secure = await openTestApi({ system: { config: { publicUrl: "https://crews.example.test" } } });
  const answer = await secure.call("POST", "/api/auth/sign-up/email", {
    body: { name: "Ada", email: "ada@example.test", password: PASSWORD },
    headers: { host: "crews.example.test", origin: "https://crews.example.test" },
  });
  const signedIn = await secure.call("POST", "/api/auth/sign-in/email", {
    body: { email: "ada@example.test", password: PASSWORD, rememberMe: false },
    headers: { host: "crews.example.test", origin: "https://crews.example.test" },
  });
  for (const one of [answer, signedIn]) {
    const lines = [one.headers["set-cookie"] ?? []].flat().map(String);
    const line = lines.find((text) => text.startsWith("__Host-crew_session="));
    for (const part of [/; Path=\//i, /; HttpOnly/i, /; SameSite=Lax/i, /; Secure/i]) expect(line).toMatch(part);
    expect(line).not.toMatch(/Domain=/i);
  }
  expect(String(signedIn.headers["set-cookie"])).not.toContain("Max-Age");
});
