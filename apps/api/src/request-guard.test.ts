import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

async function crewCount(): Promise<number> {
  return Number((await api.system.pool.query("SELECT count(*) FROM crews")).rows[0].count);
}

test("T-14 a foreign Host is refused everywhere but where orchestrators ask for health", async () => {
  for (const path of ["/v1/me", "/openapi.json", "/docs", "/start", "/api/auth/get-session", "/v1/nothing", "/anything"]) {
    const { status, json } = await api.call("GET", path, { as: ada, headers: { host: "evil.example:3000" } });
    expect([status, json?.code], path).toEqual([403, "forbidden"]);
  }
  for (const path of ["/healthz", "/readyz"])
    expect((await api.call("GET", path, { headers: { host: "10.0.0.7:3000" } })).status).toBe(200);
});

describe("T-14 a request with a session cookie", () => {
  test("changes something only from an allowed origin", async () => {
    const before = await crewCount();
    const origins = [undefined, "https://evil.example", "null", "http://localhost:4000", "https://localhost.evil.example"];
    for (const origin of origins) {
      const headers = { cookie: ada.cookie, ...(origin !== undefined && { origin }) };
      expect((await api.call("POST", "/v1/crews", { body: buildCrew(), headers })).status, origin).toBe(403);
    }
    expect(await crewCount()).toBe(before);
    const own = { cookie: ada.cookie, origin: "http://localhost:3000" };
    expect((await api.call("POST", "/v1/crews", { body: buildCrew(), headers: own })).status).toBe(201);
  });

  test("reads from anywhere, since no other page can see the answer", async () => {
    const answer = await api.call("GET", "/v1/me", { headers: { cookie: ada.cookie } });
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

test("the running server has the limits that it should have", async () => {
  const { server, initialConfig } = api.api;
  expect(server.requestTimeout).toBe(30_000);
  expect(server.timeout).toBe(60_000);
  expect(initialConfig.bodyLimit).toBe(1024 * 1024);
});

describe("rate limits", () => {
  test("say what is left, and when it is worth coming back", async () => {
    await using limited = await openTestApi({ api: { rateLimits: { perActor: 3, perStranger: 2, perSignIn: 2 } } });
    const grace = await limited.person();
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await limited.call("GET", "/v1/me", { as: grace }));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers[0]?.headers.ratelimit).toMatch(/^"read";r=2;t=\d+$/);
    expect(answers[3]?.json.code).toBe("limited");
    expect(Number(answers[3]?.headers["retry-after"])).toBeGreaterThan(0);
    // Another person is not held back by the first.
    expect((await limited.call("GET", "/v1/me", { as: await limited.person() })).status).toBe(200);
    const strangers = [];
    for (let i = 0; i < 3; i++) strangers.push((await limited.call("GET", "/v1/me")).status);
    expect(strangers).toEqual([401, 401, 429]);
    const body = { email: "x@example.test", password: "a wrong guess" };
    const signIns = [];
    for (let i = 0; i < 3; i++)
      signIns.push((await limited.call("POST", "/api/auth/sign-in/email", { body, headers: { origin: "http://localhost:3000" } })).status);
    expect(signIns).toEqual([401, 401, 429]);
  });
});
