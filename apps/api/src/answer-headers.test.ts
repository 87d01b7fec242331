import { request } from "node:http";
import { openTestApi, type TestAnswer } from "@crew/testing/open-test-api";
import { expect, test } from "vitest";

/** What is answered beside the contract's endpoints, in every way: pages, documents, redirects, refusals. */
const PATHS = [
  "/nothing",
  "/v1/nothing",
  "/healthz",
  "/readyz",
  "/docs",
  "/docs/start.js",
  "/docs/swagger-ui.css",
  "/openapi.json",
  "/start?token=x",
  "/oauth/authorize",
  "/oauth/authorize/x",
  "/oauth/userinfo",
  "/.well-known/openid-configuration",
  "/.well-known/jwks.json",
  "/.well-known/oauth-protected-resource",
  "/api/auth/get-session",
];
const HOST = "crews.example.org";

test("T-14 nothing that this server says can be framed, guessed at or run where it does not belong [ASVS 3.2.1, 3.4.3, 3.4.4, 3.4.6]", async () => {
  await using api = await openTestApi();
  const answers = await Promise.all(PATHS.map(async (path) => ({ path, ...(await api.call("GET", path)) })));
  answers.push({ path: "a foreign host", ...(await api.call("GET", "/v1/me", { headers: { host: "evil.example" } })) });
  for (const { path, headers } of answers) {
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(String(headers["content-security-policy"]), path).toMatch(
      /^(?!.*unsafe)(?=.*default-src 'none')(?=.*base-uri 'none')(?=.*frame-ancestors 'none')/,
    );
  }
});

test("T-14 what is a text says in which characters it is written [ASVS 4.1.1]", async () => {
  await using api = await openTestApi();
  const answers: TestAnswer[] = await Promise.all(PATHS.map((path) => api.call("GET", path)));
  for (const [i, { headers, text }] of answers.entries()) {
    if (text === "") continue;
    const type = String(headers["content-type"]);
    expect(type, PATHS[i]).toMatch(/^(text|application)\//);
    if (type.startsWith("text/")) expect(type, PATHS[i]).toMatch(/; charset=utf-8$/);
  }
});

test("T-14 over HTTPS every answer tells browsers to stay there, and none leads from one to the other [ASVS 3.4.1, 4.1.2]", async () => {
  await using api = await openTestApi({ system: { config: { publicUrl: `https://${HOST}` } } });
  for (const path of PATHS) {
    const { headers } = await api.call("GET", path, { headers: { host: HOST } });
    expect(headers["strict-transport-security"], path).toBe("max-age=63072000; includeSubDomains");
    expect(String(headers.location ?? ""), path).not.toMatch(/^http:/);
  }
});

test("T-30 TRACE is answered like what is not there, and repeats nothing [ASVS 13.4.4]", async () => {
  await using api = await openTestApi();
  await api.api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.api.server.address() as { port: number };
  const said = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request(
      { port, host: "127.0.0.1", method: "TRACE", path: "/v1/me", headers: { "x-canary": "canary-4711" } },
      (answer) => {
        let text = "";
        answer.on("data", (part) => {
          text += part;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      },
    );
    asked.on("error", reject).end();
  });
  expect(said.status).toBeGreaterThanOrEqual(400);
  expect(said.text).not.toContain("canary-4711");
});

test("T-30 figures for operators are not among what this server answers [ASVS 13.4.5]", async () => {
  await using api = await openTestApi();
  for (const path of ["/metrics", "/v1/metrics", "/debug", "/v1/debug"]) expect((await api.call("GET", path)).status, path).toBe(404);
});

test("T-15 a parameter that comes twice, or from another place, is not taken [ASVS 15.3.7]", async () => {
  await using api = await openTestApi();
  const ada = await api.person("owner");
  expect((await api.call("GET", "/v1/crews?limit=1", { as: ada })).status).toBe(200);
  for (const query of ["limit=1&limit=2", "limit[]=1", "limit[a]=1", "limit=1&workspaceId=x"])
    expect((await api.call("GET", `/v1/crews?${query}`, { as: ada })).status, query).toBe(400);
  expect((await api.call("POST", "/v1/api-keys?name=ci", { as: ada, body: { name: "ci" } })).status).toBe(400);
});

test("T-14 over HTTPS each cookie of the authorization server is bound to this host, or to HTTPS and its own path [ASVS 3.3.1, 3.3.2]", async () => {
  await using api = await openTestApi({ system: { config: { publicUrl: `https://${HOST}` } } });
  const redirect = "https://app.example/callback";
  const body = { client_name: "App", redirect_uris: [redirect], token_endpoint_auth_method: "none" };
  const app = await api.call("POST", "/oauth/register", { body, headers: { host: HOST } });
  const query = new URLSearchParams({
    client_id: app.json.client_id,
    redirect_uri: redirect,
    response_type: "code",
    scope: "crews:read",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
    resource: `https://${HOST}/v1`,
  });
  const asked = await api.call("GET", `/oauth/authorize?${query}`, { headers: { host: HOST } });
  const cookies = [asked.headers["set-cookie"] ?? []].flat().map(String);
  expect(cookies.length, asked.text).toBeGreaterThan(1);
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__(Host|Secure)-crew_oauth_/);
    expect(cookie).toMatch(/; secure/i);
    expect(cookie).toMatch(/; httponly/i);
    expect(cookie).toMatch(/; samesite=lax/i);
    expect(cookie).not.toMatch(/domain=/i);
    if (cookie.startsWith("__Host-")) expect(cookie).toMatch(/; path=\/;/i);
  }
});
