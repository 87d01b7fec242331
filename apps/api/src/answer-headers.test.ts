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
    expect(String(headers["location"] ?? ""), path).not.toMatch(/^http:/);
  }
});
