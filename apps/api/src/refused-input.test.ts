import type { Endpoint } from "@crew/contracts/endpoint";
import { makeOperator } from "@crew/core/accounts/make-operator";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { SAMPLE_BODIES } from "@crew/testing/sample-bodies";
import { fingerprintTables, pathWith, seedWorkspace } from "@crew/testing/seed-workspace";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

type Fields = Record<string, unknown>;

/** Columns and words that must never be taken from a body, whatever it is the body of. */
const FORBIDDEN = [
  "id",
  "workspaceId",
  "workspace_id",
  "userId",
  "createdAt",
  "createdBy",
  "deleted_at",
  "role_",
  "isLocalOwner",
  "is_local_owner",
  "isOperator",
  "is_operator",
];
const FORBIDDEN_MORE = [
  "isPublic",
  "state",
  "epoch",
  "version",
  "constructor",
  "toString",
  "hasOwnProperty",
  "key_hash",
  "tenantId",
  "extra",
];

const writes = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.body);

let api: TestApi;
let ada: TestPerson;
let ids: Record<string, string>;
let foreignIds: Record<string, string>;
let before: Record<string, string>;
/** The name of every column of every table, as the database and as the wire would spell it. */
let columns: string[];

beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  const eve = await api.person();
  await makeOperator(api.system, `${ada.actor.userId}@example.test`, true);
  ids = await seedWorkspace(api, ada);
  foreignIds = await seedWorkspace(api, eve);
  // What a first request may write beside itself is written before the count.
  await api.call("GET", "/v1/me", { as: ada });
  await api.call("GET", "/v1/me", { headers: { cookie: ada.cookie } });
  await vi.waitFor(async () => expect(await lastWorkspaces()).toBe(1), { timeout: 10_000 });
  const { rows } = await api.system.pool.query<{ name: string }>(
    "SELECT DISTINCT column_name AS name FROM information_schema.columns WHERE table_schema = 'public'",
  );
  columns = [...new Set(rows.flatMap(({ name }) => [name, name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())]))];
  before = await fingerprint();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Of every table but the one in which refusals are written down. */
async function fingerprint(): Promise<Record<string, string>> {
  const { security_events: _, ...tables } = await fingerprintTables(api);
  return tables;
}

async function lastWorkspaces(): Promise<number> {
  return Number((await api.system.pool.query("SELECT count(last_workspace_id) FROM users")).rows[0].count);
}

/** Endpoints for people in a browser are walked with the session, all others with the key. */
function credentials(endpoint: Endpoint): Record<string, string> {
  if (endpoint.auth === "session" || endpoint.stepUp) return { cookie: ada.cookie, origin: "http://localhost:3000" };
  return { authorization: `Bearer ${ada.key}` };
}

async function expectRefused(
  endpoint: Endpoint,
  body: string | undefined,
  codes: string[],
  headers: Record<string, string> = {},
  path?: string,
) {
  const url = path ?? pathWith(endpoint.path, ids);
  const answer = await api.call(endpoint.method, url, {
    ...(body !== undefined && { body }),
    headers: { ...credentials(endpoint), ...headers },
  });
  const what = `${endpoint.method} ${endpoint.path} ${headers["content-type"] ?? ""} ${body?.slice(0, 200)} → ${answer.text.slice(0, 300)}`;
  expect(codes, what).toContain(answer.json?.code);
  expect(answer.headers["content-type"], what).toMatch(/^application\/problem\+json/);
  expect(answer.json.requestId, what).toMatch(/^req_/);
  expect(answer.text, what).not.toMatch(/node_modules|\.ts:|at \w+ \(|SELECT |INSERT |PostgreSQL|Fastify/);
  return answer;
}

/** How many unknown fields one answer names. */
const TOLD_AT_ONCE = 20;

/** Names of the fields of a schema with a fixed shape, or of any of its forms. */
function fieldsOf(schema: unknown): string[] | undefined {
  const { shape, options, def } = schema as { shape?: object; options?: unknown[]; def?: { innerType?: unknown; in?: unknown } };
  if (shape) return Object.keys(shape);
  if (options) return options.flatMap((option) => fieldsOf(option) ?? []);
  const inner = def?.innerType ?? def?.in;
  return inner ? fieldsOf(inner) : undefined;
}

/** The value with one more field in each object that has a fixed shape. */
function* withExtraField(value: unknown, name: string, path: string[] = []): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const inner of withExtraField(item, name, [...path, String(i)])) yield value.with(i, inner);
  } else if (typeof value === "object" && value !== null && path.at(-1) !== "inputs" && path.at(-1) !== "headers") {
    yield { ...value, [name]: "x" };
    for (const [key, inner] of Object.entries(value))
      for (const changed of withExtraField(inner, name, [...path, key])) yield { ...value, [key]: changed };
  }
}

/** The value with one field after the other of a type that it cannot have. */
function* withWrongType(value: Fields): Generator<unknown> {
  for (const [key, inner] of Object.entries(value)) {
    yield { ...value, [key]: typeof inner === "object" && inner !== null ? "text" : { wrong: true } };
    yield { ...value, [key]: [[1]] };
    if (typeof inner === "string") yield { ...value, [key]: 7 };
    if (Array.isArray(inner) && typeof inner[0] === "object")
      for (const changed of withWrongType(inner[0] as Fields)) yield { ...value, [key]: [changed, ...inner.slice(1)] };
  }
}

describe("no write route takes", () => {
  test("an endpoint that this walk does not know", () => {
    expect(writes.map(({ operationId }) => operationId).toSorted()).toEqual(Object.keys(SAMPLE_BODIES).toSorted());
  });

  for (const { operationId, endpoint } of writes) {
    const sample = () => SAMPLE_BODIES[operationId]?.(ids) ?? {};

    test(`T-06 ${operationId}: a column of any table that is no field of it, as many at once as are told [ASVS 15.3.3]`, async () => {
      const own = fieldsOf(endpoint.body) ?? Object.keys(sample());
      const others = [...columns, "tenantId", "isAdmin", "toString"].filter((name) => !own.includes(name));
      expect(others.length).toBeGreaterThan(200);
      for (let at = 0; at < others.length; at += TOLD_AT_ONCE) {
        const some = others.slice(at, at + TOLD_AT_ONCE);
        const answer = await expectRefused(
          endpoint,
          JSON.stringify({ ...sample(), ...Object.fromEntries(some.map((name) => [name, null])) }),
          ["invalid"],
        );
        const told = (answer.json.issues as { path: string; message: string }[]).filter(({ message }) => message === "is not known");
        expect(told.map(({ path }) => path).toSorted()).toEqual(some.toSorted());
      }
    });

    test(`T-06 ${operationId}: unknown fields, at any depth`, async () => {
      for (const name of [...FORBIDDEN, ...FORBIDDEN_MORE])
        for (const body of withExtraField(sample(), name)) await expectRefused(endpoint, JSON.stringify(body), ["invalid"]);
    });

    test(`${operationId}: wrong types, also as a whole [ASVS 15.3.5]`, async () => {
      for (const body of withWrongType(sample())) await expectRefused(endpoint, JSON.stringify(body), ["invalid"]);
      for (const body of ["[]", '"text"', "7", "true", "null", "{", '{"a":1}x', "\u0000", "NaN"])
        await expectRefused(endpoint, body, ["invalid"]);
    });

    test(`T-06 ${operationId}: keys that would reach a prototype [ASVS 15.3.6]`, async () => {
      const inner = JSON.stringify(sample()).slice(1);
      const rest = inner === "}" ? "}" : `,${inner}`;
      await expectRefused(endpoint, `{"__proto__":{"isAdmin":true}${rest}`, ["invalid"]);
      await expectRefused(endpoint, `{"\\u005f_proto__":{"isAdmin":true}${rest}`, ["invalid"]);
      await expectRefused(endpoint, `{"constructor":{"prototype":{"isAdmin":true}}${rest}`, ["invalid"]);
    });

    test(`${operationId}: text that the database cannot keep, and depths that overflow a stack`, async () => {
      for (const bad of ["\\u0000", "a\\\\\\u0000", "\\ud800", "\\udc00\\ud800", "\\uD83D x"])
        for (const [key, value] of Object.entries(sample())) {
          const changed = typeof value === "string" ? "@" : typeof value === "object" && value !== null ? { "@": ["@"] } : undefined;
          if (changed === undefined) continue;
          await expectRefused(endpoint, JSON.stringify({ ...sample(), [key]: changed }).replaceAll("@", bad), ["invalid"]);
        }
      for (const depth of [65, 5_000, 200_000]) {
        await expectRefused(endpoint, `{"inputs":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}`, ["invalid"]);
        await expectRefused(
          endpoint,
          `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
          depth > 100_000 ? ["invalid", "too_large"] : ["invalid"],
        );
      }
    });

    test(`${operationId}: another content type, no body where one is needed, or more than it takes [ASVS 5.2.1]`, async () => {
      const body = JSON.stringify(sample());
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"])
        await expectRefused(endpoint, body, ["unsupported_media_type"], { "content-type": type });
      if (!endpoint.body?.safeParse(undefined).success) {
        await expectRefused(endpoint, undefined, ["invalid"]);
        await expectRefused(endpoint, "", ["invalid"]);
      }
      await expectRefused(endpoint, JSON.stringify({ ...sample(), name: "x".repeat(Math.max(10_000_000, endpoint.bodyLimitBytes ?? 0)) }), [
        "too_large",
      ]);
    });

    test(`${operationId}: ids of another workspace or of the wrong shape`, async () => {
      if (endpoint.path.includes("/:")) {
        const body = JSON.stringify(sample());
        // What is the installation's is no workspace's.
        if (!endpoint.operator) await expectRefused(endpoint, body, ["not_found"], {}, pathWith(endpoint.path, foreignIds));
        for (const id of ["x", "crew_", "..%2f..%2fetc", "'; DROP TABLE crews; --", "%00", "null", "0", "9".repeat(150)])
          await expectRefused(endpoint, body, ["not_found", "invalid"], {}, endpoint.path.replace(/:\w+/, encodeURIComponent(id)));
      }
      const foreign = SAMPLE_BODIES[operationId]?.(foreignIds) ?? {};
      if (foreign.crewId) await expectRefused(endpoint, JSON.stringify(foreign), ["not_found"]);
    });
  }

  test("and after all that no row of any table has changed", async () => {
    expect(await fingerprint()).toEqual(before);
  });
});

test("T-06 queries that no list knows are refused [ASVS 2.2.1]", async () => {
  for (const { endpoint } of CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.method === "GET")) {
    const path = pathWith(endpoint.path, ids);
    for (const query of ["extra=1", "limit=abc&extra=1", "__proto__[a]=1", "workspaceId=x"]) {
      const { json } = await api.call("GET", `${path}?${query}`, { headers: credentials(endpoint) });
      expect(json.code, `${path}?${query}`).toBe("invalid");
    }
    if (!endpoint.query) continue;
    for (const query of [
      "limit=0",
      "limit=-1",
      "limit=99999",
      "limit=1&limit=2",
      "limit=1e400",
      "limit=",
      "cursor=%00",
      "cursor=nonsense",
      "cursor=eyJhIjoxfQ",
    ]) {
      const { json } = await api.call("GET", `${path}?${query}`, { headers: credentials(endpoint) });
      expect(json.code, `${path}?${query}`).toBe("invalid");
    }
  }
});
