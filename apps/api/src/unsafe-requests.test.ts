import type { Endpoint } from "@crew/contracts/endpoint";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { fingerprintTables, pathWith, seedWorkspace } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authPaths } from "./auth-paths.ts";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

const ORIGIN = "http://localhost:3000";
const FOREIGN_ORIGINS = [
  undefined,
  "https://evil.example",
  "null",
  "http://localhost:4000",
  "https://localhost.evil.example",
  `${ORIGIN}.evil.example`,
];
const FORMS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];

/** Spellings of a Content-Type: close to JSON, other vendors' JSON, and what other parsers would let through. */
const NEVER_TAKEN = [
  "text/plain",
  "text/html",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "application/xml",
  "*/*",
  "",
  ",",
  "application/json;",
  "application/json ;charset=utf-8",
  "application/jsonx",
  "application/json x",
  "application/json\tx",
  "application/json, text/plain",
  "text/plain, application/json",
  "text/plain; application/json",
  "application/json;charset=utf-16",
  "application/json; charset=latin1",
  "application/json; a=b",
  "application/json;;",
  'application/json; charset="utf-8"',
  "application/json; charset=utf-8; charset=utf-16",
  "application/ json",
  "application\\json",
  "application//json",
  "/json",
  "json",
  "application/merge-patch+json",
  "application/vnd.api+json",
  "application/ld+json",
  "application/problem+json",
  "text/json",
  "text/x-json",
  "application/json+x",
  "x/json",
  "application/json\u000b",
  "application/json%20",
  "application/json\u00a0",
  "application/json5",
  "application/x-ndjson",
  "application/octet-stream",
  "image/svg+xml",
];
const TAKEN = ["application/json", "application/json; charset=utf-8", "application/json;charset=utf-8", "APPLICATION/JSON"];

/** All but the one that is itself written down. */
const READS = CONTRACT_ENDPOINTS.filter(({ operationId, endpoint }) => endpoint.method === "GET" && operationId !== "audit.export");

let api: TestApi;
let ada: TestPerson;
let ids: Record<string, string>;
let before: Record<string, string>;

/** Every route that may change something: those of the contract and those of sign-in. */
let unsafe: { name: string; method: string; path: string; hasBody: boolean }[];

beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  ids = await seedWorkspace(api, ada);
  for (const headers of everyWay()) await api.call("GET", "/v1/me", { headers });
  const contract = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method !== "GET").map(({ operationId, endpoint }) => ({
    name: operationId,
    method: endpoint.method,
    path: pathWith(endpoint.path, ids),
    hasBody: endpoint.body !== undefined,
  }));
  const signIn = Object.entries(authPaths({})).flatMap(([path, methods]) =>
    "post" in (methods as object) ? [{ name: path, method: "POST", path, hasBody: true }] : [],
  );
  unsafe = [...contract, ...signIn];
  before = await fingerprint();
});
afterAll(() => api[Symbol.asyncDispose]());

async function fingerprint(): Promise<Record<string, string>> {
  const { security_events: _, ...tables } = await fingerprintTables(api);
  return tables;
}

/** What shows who one is: the session of a page of ours, or a key. */
const everyWay = (): Record<string, string>[] => [{ cookie: ada.cookie, origin: ORIGIN }, { authorization: `Bearer ${ada.key}` }];
const bodyOf = (name: string) => JSON.stringify(SAMPLE_BODIES[name]?.(ids) ?? {});

describe("T-14 what another site could make a browser send", () => {
  test("is refused on every route that changes something, with the session's cookie and whatever the body [ASVS 3.5.1]", async () => {
    expect(unsafe.length).toBeGreaterThan(60);
    for (const { name, method, path, hasBody } of unsafe)
      for (const origin of FOREIGN_ORIGINS) {
        const headers = { cookie: ada.cookie, ...(origin !== undefined && { origin }) };
        const { status, json } = await api.call(method, path, { headers, ...(hasBody && { body: bodyOf(name) }) });
        expect([status, json?.code], `${name} from ${origin}`).toEqual([403, "forbidden"]);
      }
    expect(await fingerprint()).toEqual(before);
  });

  test("as a form or plain text is refused, also from our own pages and with a key [ASVS 3.5.2]", async () => {
    for (const { name, method, path } of unsafe.filter(({ hasBody }) => hasBody))
      for (const type of FORMS)
        for (const who of everyWay()) {
          const { status, json } = await api.call(method, path, { headers: { ...who, "content-type": type }, body: bodyOf(name) });
          expect([status, json?.code], `${name} as ${type}`).toEqual([415, "unsupported_media_type"]);
        }
    expect(await fingerprint()).toEqual(before);
  });

  test("is not let in by preflights, and no answer may be read from elsewhere [ASVS 3.4.2]", async () => {
    for (const { method, path } of unsafe) {
      const headers = { origin: "https://evil.example", "access-control-request-method": method };
      const preflight = await api.call("OPTIONS", path, { headers });
      expect(preflight.status, path).toBe(404);
      expect(preflight.headers["access-control-allow-origin"], path).toBeUndefined();
    }
    for (const { endpoint } of READS) {
      const answer = await api.call("GET", pathWith(endpoint.path, ids), {
        headers: { cookie: ada.cookie, origin: "https://evil.example" },
      });
      expect(answer.headers["access-control-allow-origin"], endpoint.path).toBeUndefined();
    }
  });

  test("GET changes nothing, but that taking the log with one is itself in the log [ASVS 3.5.3]", async () => {
    for (const { endpoint } of READS)
      for (const headers of [...everyWay(), {}]) await api.call("GET", pathWith(endpoint.path, ids), { headers });
    expect(await fingerprint()).toEqual(before);
  });
});

describe("T-14 every answer", () => {
  const wanted: [string, RegExp][] = [
    ["content-security-policy", /^(?!.*unsafe)(?=.*default-src 'none')(?=.*frame-ancestors 'none')/],
    ["x-content-type-options", /^nosniff$/],
    ["x-frame-options", /^DENY$/],
    ["referrer-policy", /^no-referrer$/],
    ["cross-origin-opener-policy", /^same-origin$/],
    ["cross-origin-resource-policy", /^same-origin$/],
    ["cache-control", /^(no-store|private, no-cache)$/],
    ["x-request-id", /^req_[0-9a-z]{26}$/],
  ];
  function expectHeaders(answer: Awaited<ReturnType<TestApi["call"]>>, what: string): void {
    for (const [name, pattern] of wanted) expect(String(answer.headers[name]), `${what}: ${name}`).toMatch(pattern);
    for (const name of ["server", "x-powered-by", "via"]) expect(answer.headers[name], what).toBeUndefined();
    if (answer.text !== "")
      expect(String(answer.headers["content-type"]), what).toMatch(
        /^application\/(problem\+json|json|x-ndjson)|^text\/(csv|markdown)|^image\/gif$/,
      );
  }

  test("tells browsers not to run, frame, guess or keep it, whether it is what was asked for or a refusal [ASVS 3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.8, 14.3.2]", async () => {
    const reads = (endpoint: Endpoint): Record<string, string> =>
      endpoint.auth === "session" ? { cookie: ada.cookie } : { authorization: `Bearer ${ada.key}` };
    for (const { operationId, endpoint } of CONTRACT_ENDPOINTS) {
      const path = pathWith(endpoint.path, ids);
      expectHeaders(await api.call(endpoint.method, path), `${operationId} for nobody`);
      if (READS.some((read) => read.operationId === operationId))
        expectHeaders(await api.call("GET", path, { headers: reads(endpoint) }), operationId);
    }
    for (const { name, method, path } of unsafe.filter(({ path }) => path.startsWith("/api/auth")))
      expectHeaders(await api.call(method, path, { body: {} }), name);
    for (const path of ["/v1/nothing", "/api/auth/nothing"]) expectHeaders(await api.call("GET", path), path);
  });

  test("over HTTPS tells browsers to stay there [ASVS 3.4.1]", async () => {
    await using secure = await openTestApi({ system: { config: { publicUrl: "https://crews.example.org" } } });
    for (const { endpoint } of CONTRACT_ENDPOINTS) {
      const path = endpoint.path.replace(/:\w+/g, "x");
      const { headers } = await secure.call(endpoint.method, path, { headers: { host: "crews.example.org" } });
      expect(headers["strict-transport-security"], path).toMatch(/^max-age=63072000; includeSubDomains$/);
    }
  });
});

describe("T-15 a body is JSON and says so, or is none", () => {
  test("however the type is spelled, an invalid body is never taken and never a row [ASVS 4.1.1, 2.2.2]", async () => {
    expect(NEVER_TAKEN.length).toBeGreaterThanOrEqual(40);
    // Signing out reads no body, so that none is wrong.
    for (const { name, method, path } of unsafe.filter(({ hasBody }) => hasBody))
      for (const type of name === "/api/auth/sign-out" ? NEVER_TAKEN.filter((one) => one !== "") : [...NEVER_TAKEN, ...TAKEN]) {
        const headers = { authorization: `Bearer ${ada.key}`, "content-type": type };
        const { status, text } = await api.call(method, path, { headers, body: '{"name": 7, "isPublic": true}' });
        const refusals = TAKEN.includes(type) ? [400, 401, 403, 404] : [415];
        // Without a type there is no body for the parser: what needs one says so.
        expect(type === "" ? [400, 403, 415, 401] : refusals, `${name} as ${JSON.stringify(type)}: ${text}`).toContain(status);
      }
    expect(await fingerprint()).toEqual(before);
  });

  test("a valid body is taken under the four spellings of JSON alone", async () => {
    const send = (type: string) =>
      api.call("PATCH", `/v1/conversations/${ids.conversationId}`, {
        as: ada,
        headers: { "content-type": type },
        body: '{"title":"Spelled"}',
      });
    for (const type of TAKEN) expect((await send(type)).status, type).toBe(200);
    for (const type of NEVER_TAKEN) expect((await send(type)).status, JSON.stringify(type)).toBeGreaterThanOrEqual(400);
  });
});
