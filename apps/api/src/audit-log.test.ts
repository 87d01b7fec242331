import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let owner: TestPerson;

beforeAll(async () => {
  api = await openTestApi();
  owner = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

const list = (query: string, as = owner) => api.call("GET", `/v1/audit-events?${query}`, { as });
const addSecret = (name: string, description = "", as = owner) =>
  api.call("POST", "/v1/secrets", { as, body: { name, value: "a value of some length", description } });

test("T-31 the log is read newest first, a page at a time, while it grows [ASVS 16.2.1]", async () => {
  const person = await api.person();
  for (let i = 0; i < 5; i += 1) await addSecret(`PAGE_${i}`, "", person);
  const first = await list("limit=2", person);
  await addSecret("MEANWHILE", "", person);
  const second = await list(`limit=2&cursor=${first.json.nextCursor}`, person);
  const seen = [...first.json.data, ...second.json.data];
  expect(seen.map(({ seq }) => seq)).toEqual([6, 5, 4, 3]);
  expect(seen[0]).toMatchObject({ action: "secret.created", detail: { name: "PAGE_4" }, outcome: "ok", address: "127.0.0.1" });
  expect((await list("cursor=bm9uc2Vuc2U", person)).status).toBe(400);
});

test("it is filtered by action, actor, subject and time", async () => {
  const person = await api.person();
  const other = await api.person("admin", person.actor.workspaceId);
  const { json: secret } = await addSecret("FILTERED", "", person);
  await api.call("PUT", `/v1/secrets/${secret.id}`, { as: other, body: { value: "another value of some length" } });
  await api.call("POST", "/v1/roles", { as: person, body: { name: "Reader", permissions: ["runs:read"] } });
  const actions = async (query: string) => (await list(query, person)).json.data.map(({ action }: { action: string }) => action);
  expect(await actions("action=secret.")).toEqual(["secret.updated", "secret.created"]);
  expect(await actions("action=secret.c")).toEqual(["secret.created"]);
  expect(await actions(`subject=${secret.id}`)).toEqual(["secret.updated", "secret.created"]);
  expect(await actions(`actor=${other.actor.userId}&action=secret`)).toEqual(["secret.updated"]);
  expect(await actions(`from=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
  expect(await actions(`to=${new Date(Date.now() + 60_000).toISOString()}&action=role`)).toEqual(["role.created"]);
  expect((await list("action=%25")).status).toBe(400);
  expect((await list("nobody=1")).status).toBe(400);
});

test("T-31 it is exported whole, as lines of JSON or as CSV that no spreadsheet takes for a formula [ASVS 1.2.10, 5.4.1]", async () => {
  const person = await api.person();
  const formula = '=HYPERLINK("https://evil.example";"x")';
  await api.call("POST", "/v1/roles", { as: person, body: { name: formula, permissions: ["runs:read"] } });
  await api.system.pool.query(
    `INSERT INTO audit_events (id, workspace_id, actor, action, subject, detail, created_at)
     SELECT gen_random_uuid(), workspace_id, '{"kind":"user","userId":null,"apiKeyId":null,"name":"=1+1\\t\\"quoted\\""}', 'thing.done', '@thing', '{}', now()
     FROM audit_events, generate_series(1, 1100) WHERE subject = $1`,
    [(await list("action=role.created", person)).json.data[0].subject],
  );
  const exported = await api.call("GET", "/v1/audit-events/export", { as: person });
  expect(exported.headers).toMatchObject({
    "content-type": "application/x-ndjson; charset=utf-8",
    "content-disposition": 'attachment; filename="audit-log.ndjson"',
  });
  const events = exported.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1103 }, (_, i) => i + 1));
  expect(events.at(-1)).toMatchObject({ action: "audit.exported", actor: { userId: person.actor.userId } });

  const csv = await api.call("GET", "/v1/audit-events/export?format=csv&action=thing.", { as: person });
  expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
  const lines = csv.text.trim().split("\r\n");
  expect(lines).toHaveLength(1101);
  expect(lines[1]).toContain(`"'=1+1\t""quoted""","thing.done","'@thing"`);
  expect(csv.text).not.toMatch(/(^|,|")[=+@]/m);
});

test("the head that is exported fits the chain later, and another one does not", async () => {
  const { json: anchor } = await api.call("GET", "/v1/audit-events/head", { as: owner });
  await addSecret("AFTER_ANCHOR");
  const verify = (body: unknown) => api.call("POST", "/v1/audit-events/verify", { as: owner, body });
  expect((await verify({ anchor })).json).toMatchObject({ intact: true, firstBroken: null });
  const wrong = await verify({ anchor: { ...anchor, hash: "f".repeat(64) } });
  expect(wrong.json).toMatchObject({ intact: false, firstBroken: { seq: anchor.seq } });
});

test("T-31 only who may read the log gets it, and only of their own workspace", async () => {
  const builder = await api.person("builder", owner.actor.workspaceId);
  for (const path of ["", "/export", "/head"])
    expect((await api.call("GET", `/v1/audit-events${path}`, { headers: { cookie: builder.cookie } })).status).toBe(403);
  const stranger = await api.person();
  const { json } = await list("limit=100", stranger);
  expect(json.data.every(({ actor }: { actor: { userId: string } }) => actor.userId === stranger.actor.userId)).toBe(true);
});
