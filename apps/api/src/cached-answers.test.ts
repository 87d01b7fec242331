import type { ReadMark } from "@crew/contracts/endpoint";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { toolEndpoints } from "@crew/contracts/tools";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { seedWorkspace } from "@crew/testing/seed-workspace";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AnswerCache } from "./answer-cache.ts";
import { readAnswer } from "./answer-read.ts";
import { CONTRACT_ENDPOINTS } from "./contract-endpoints.ts";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person("owner");
});
afterAll(() => api[Symbol.asyncDispose]());

const get = (path: string, { as = ada, headers = {} }: { as?: TestPerson; headers?: Record<string, string> } = {}) =>
  api.call("GET", path, { as, headers });
const makeCrew = async (as = ada) => (await api.call("POST", "/v1/crews", { as, body: buildCrew() })).json;

/** Who a key belongs to is known for some seconds, and then asked again. */
const isOfSignIn = (text: string) => /\bapi_keys\b/.test(text);

/** Every statement of every connection while `work` runs, but for those that find out who asks. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const original = pg.Client.prototype.query;
  const spy = vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text?: string }];
    seen.push(typeof first === "string" ? first : (first.text ?? ""));
    return Reflect.apply(original, this, args) as never;
  });
  try {
    await work();
    return seen.filter((text) => !isOfSignIn(text));
  } finally {
    spy.mockRestore();
  }
}

test("an unchanged answer is not sent again, cached or not, and a changed one is", async () => {
  const crew = await makeCrew();
  for (const path of [`/v1/crews/${crew.id}`, `/v1/crews/${crew.id}/versions`]) {
    const first = await get(path);
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    expect(first.headers["cache-control"]).toBe("private, no-cache");
    for (const tag of [etag, `"other", W/${etag}`, "*"]) {
      const again = await get(path, { headers: { "if-none-match": tag } });
      expect([again.status, again.text, again.headers.etag]).toEqual([304, "", etag]);
    }
    await api.call("PUT", `/v1/crews/${crew.id}`, { as: ada, body: buildCrew({ description: `for ${path}` }) });
    const changed = await get(path, { headers: { "if-none-match": etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.etag).not.toBe(etag);
  }
  expect((await get("/v1/audit-events")).headers["cache-control"]).toBe("no-store");
});

test("a hit costs one small statement, whoever of those that may see it asks", async () => {
  const crew = await makeCrew();
  const ben = await api.person("viewer", ada.actor.workspaceId);
  for (const path of [`/v1/crews/${crew.id}`, "/v1/crews", "/v1/tools"]) {
    await get(path);
    await get(path, { as: ben });
    const statements = await statementsOf(() => get(path, { as: ben }));
    expect(statements.filter((text) => !text.includes("read_marks"))).toEqual([]);
    expect(statements).toHaveLength(1);
  }
});

test("what one may not see is not answered from what another saw", async () => {
  const crew = await makeCrew();
  await get(`/v1/crews/${crew.id}`);
  const eve = await api.person("owner");
  expect((await get(`/v1/crews/${crew.id}`, { as: eve })).status).toBe(404);
  const { json } = await api.call("POST", "/v1/api-keys", { as: ada, body: { name: "narrow", scopes: ["conversations:read"] } });
  const narrow = await api.call("GET", `/v1/crews/${crew.id}`, { headers: { authorization: `Bearer ${json.key}` } });
  expect(narrow.status).toBe(403);
});

test("a run is asked for anew until it has ended, and when it ends otherwise than it had", async () => {
  const crew = await makeCrew();
  const run = (await api.call("POST", `/v1/crews/${crew.id}/runs`, { as: ada, body: { inputs: { topic: "tides" } } })).json;
  expect((await get(`/v1/runs/${run.id}`)).json.state).toBe("queued");
  await api.call("POST", `/v1/runs/${run.id}/cancel`, { as: ada, body: {} });
  expect((await get(`/v1/runs/${run.id}`)).json.state).toBe("cancelled");
  // Whose key it is may have to be asked again just then, but not each time.
  await expect.poll(() => statementsOf(() => get(`/v1/runs/${run.id}`))).toHaveLength(1);
  await api.system.pool.query("UPDATE runs SET state = 'queued', ended_at = NULL WHERE id = $1", [uuidFromTypeId(run.id)]);
  expect((await get(`/v1/runs/${run.id}`)).json.state).toBe("queued");
});

test("a hundred who ask at once for what is not there yet cause one answer to be made", async () => {
  const cache = new AnswerCache(api.system);
  let made = 0;
  const make = async () => {
    made += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return readAnswer(toolEndpoints.list, { data: [] });
  };
  const answers = await Promise.all(Array.from({ length: 100 }, () => cache.answer(toolEndpoints.list, ada.actor, "/v1/tools", make)));
  expect(new Set(answers).size).toBeLessThanOrEqual(made);
  expect(made).toBeLessThanOrEqual(2);
});

/** Which mark each table sets, as the database says it. */
async function marksByTable(): Promise<Map<string, Set<string>>> {
  const { rows } = await api.system.pool.query<{ table: string; definition: string; routine: string }>(
    `SELECT c.relname AS table, pg_get_triggerdef(t.oid) AS definition, p.prosrc AS routine
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname LIKE '%marked'`,
  );
  const marks = new Map<string, Set<string>>();
  for (const { table, definition, routine } of rows) {
    const kind = /mark_workspace\('(\w+)'\)/.exec(definition)?.[1] ?? /, '(person|tool|workspace)'\)/.exec(routine)?.[1];
    marks.set(table, (marks.get(table) ?? new Set()).add(kind ?? "none"));
  }
  return marks;
}

/** Rows that change with their crew's own row in the same transaction, and keys, of which no answer tells. */
const NOT_HEARD = ["agents", "tasks", "crew_versions", "data_keys"];

test("no cached endpoint reads a table whose changes it does not hear of", async () => {
  // Nobody has asked in this workspace yet.
  const zoe = await api.person("owner");
  const ids = await seedWorkspace(api, zoe);
  const marks = await marksByTable();
  expect(marks.get("crew_grants")).toEqual(new Set(["grant"]));
  const { rows } = await api.system.pool.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
  );
  const tables = rows.map(({ relname }) => String(relname));
  const cached = CONTRACT_ENDPOINTS.filter(({ endpoint }) => endpoint.cache);
  expect(cached.length).toBeGreaterThanOrEqual(6);
  const deaf: string[] = [];
  for (const { operationId, endpoint } of cached) {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => String(ids[name]));
    const statements = await statementsOf(() => get(path, { as: zoe }));
    const read = tables.filter((table) =>
      statements.some((text) => !text.includes("read_marks") && new RegExp(`\\b${table}\\b`).test(text)),
    );
    expect(read, operationId).not.toEqual([]);
    for (const table of read)
      if (!NOT_HEARD.includes(table) && !endpoint.cache?.marks.some((mark: ReadMark) => marks.get(table)?.has(mark)))
        deaf.push(`${operationId}: ${table}`);
  }
  expect(deaf).toEqual([]);
});
