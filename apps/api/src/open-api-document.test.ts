import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiDocument } from "./open-api-document.ts";

type Operation = { operationId: string; parameters: { name: string; in: string }[]; responses: Record<string, unknown> };

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const document = openApiDocument("0.1.0");
const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** What the server serves beside the contract. */
const BESIDE = [
  "GET /docs",
  "GET /docs/start.js",
  "GET /docs/swagger-ui-bundle.js",
  "GET /docs/swagger-ui.css",
  "GET /healthz",
  "GET /openapi.json",
  "GET /readyz",
  "GET /start",
  "GET /api/auth/*",
  "POST /api/auth/*",
  // The OAuth2 server describes itself, by RFC 8414, RFC 9728 and OpenID Connect Discovery.
  "GET /.well-known/jwks.json",
  "GET /.well-known/oauth-authorization-server",
  "GET /.well-known/oauth-protected-resource",
  "GET /.well-known/oauth-protected-resource/mcp",
  "GET /.well-known/oauth-protected-resource/v1",
  "GET /.well-known/openid-configuration",
  "GET /oauth/authorize",
  "GET /oauth/authorize/:uid",
  "GET /oauth/userinfo",
  "OPTIONS /oauth/introspect",
  "OPTIONS /oauth/revoke",
  "OPTIONS /oauth/token",
  "POST /oauth/introspect",
  "POST /oauth/register",
  "POST /oauth/revoke",
  "POST /oauth/token",
  "POST /oauth/userinfo",
];

/** Reads `printRoutes`: a tree with four characters a level. */
function servedRoutes(tree: string): string[] {
  const path: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const found = /^([│ ]*)(?:├── |└── )(\S*)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!found) return [];
    path.length = (found[1] ?? "").length / 4;
    path.push(found[2] ?? "");
    return (found[3]?.split(", ") ?? []).map((method) => `${method} ${path.join("")}`);
  });
}

test("the document is the one that was reviewed", async () => {
  await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot("../openapi.json");
});

test("T-30 the routes served are the routes documented, and a few beside them [ASVS 4.1.4]", () => {
  const served = servedRoutes(api.api.printRoutes()).filter((route) => !route.startsWith("HEAD ") && !route.endsWith(" /v1/*"));
  const contract = operations.filter(({ path }) => !path.startsWith("/api/auth/"));
  const documented = contract.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`);
  expect(documented.length).toBeGreaterThan(45);
  expect(served.toSorted()).toEqual([...documented, ...BESIDE].toSorted());
});

test("the documented routes of sign-in are there, and those alone", async () => {
  const auth = operations.filter(({ path }) => path.startsWith("/api/auth/"));
  expect(auth.length).toBeGreaterThan(20);
  for (const { method, path } of auth) {
    const body = method === "POST" ? { body: { unknown: true } } : {};
    const { json } = await api.call(method, path, body);
    // Whatever it says, it is not that there is nothing at this address.
    // (Of these, that no such session or provider is known.)
    if (!/revoke-session$|sign-in.social$/.test(path)) expect(json?.code, path).not.toBe("not_found");
  }
  for (const path of ["/api/auth/ok", "/api/auth/update-user", "/api/auth/delete-user", "/api/auth/link-social"])
    expect((await api.call("POST", path, { body: {} })).json.code, path).toBe("not_found");
});

test("it is served, and no reference in it is dead", async () => {
  const { status, json, text } = await api.call("GET", "/openapi.json");
  expect(status).toBe(200);
  expect(json.openapi).toBe("3.1.0");
  const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(50);
  for (const name of new Set(names)) expect(json.components.schemas, name).toHaveProperty(name);
  expect(text).not.toContain("#/$defs");
});

test("each operation has an id of its own, its path's parameters and a failure", () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  for (const { path, operation } of operations) {
    const named = operation.parameters.filter((parameter) => parameter.in === "path").map((parameter) => `{${parameter.name}}`);
    expect(path.match(/\{\w+\}/g) ?? []).toEqual(named);
    expect(operation.responses).toHaveProperty("default");
  }
});

test("the reference page works from this server alone", async () => {
  const page = await api.call("GET", "/docs");
  expect(page.headers["content-security-policy"]).not.toContain("unsafe-inline");
  for (const [, url] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    expect(url).toMatch(/^\/docs\//);
    const asset = await api.call("GET", url ?? "");
    expect(asset.status).toBe(200);
    expect(asset.text.length).toBeGreaterThan(50);
  }
});
