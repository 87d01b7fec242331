import { uuidFromTypeId } from "@crew/contracts/ids";
import { openTestApi, type TestApi } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkAuditChains } from "../audit/check-audit-chains.ts";
import { noteSecurityEvent } from "./note-security-event.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const kindsOf = (json: { data: { kind: string }[] }) => json.data.map(({ kind }) => kind);

test("what happens to a person is told to each of their workspaces, and to no other [ASVS 16.3.3]", async () => {
  const { system } = api;
  const ada = await api.person("owner");
  const eve = await api.person("owner");
  const bo = await api.person("viewer", ada.actor.workspaceId);
  for (let i = 0; i < 7; i++) noteSecurityEvent(system, { kind: "sign_in.failed", userId: bo.actor.userId, address: "203.0.113.7" });
  noteSecurityEvent(system, { kind: "egress.denied", workspaceId: ada.actor.workspaceId, detail: { host: "10.0.0.1" } });
  noteSecurityEvent(system, { kind: "sign_in.failed", address: "203.0.113.9" });
  await system.securityJournal.flush();
  const { json } = await api.call("GET", "/v1/security-events", { as: ada });
  const byKind = json.data.toSorted((a: { kind: string }, b: { kind: string }) => (a.kind < b.kind ? -1 : 1));
  expect(byKind).toMatchObject([
    { kind: "egress.denied", severity: "warning", user: null, count: 1, detail: { host: "10.0.0.1" } },
    { kind: "sign_in.failed", user: { id: bo.actor.userId, name: "Ada" }, address: "203.0.113.7", count: 7 },
  ]);
  expect((await api.call("GET", "/v1/security-events", { as: eve })).json.data).toEqual([]);
  const summary = await api.call("GET", "/v1/security-events/summary?days=1", { as: ada });
  expect(summary.json.data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: "egress.denied", count: 1 }),
      expect.objectContaining({ kind: "sign_in.failed", count: 7 }),
    ]),
  );
});

test("a refused permission becomes an event of its workspace [ASVS 16.3.2]", async () => {
  const owner = await api.person("owner");
  const viewer = await api.person("viewer", owner.actor.workspaceId);
  const refused = await api.call("GET", "/v1/security-events", { as: viewer });
  expect(refused).toMatchObject({ status: 403, json: { code: "forbidden" } });
  await api.system.securityJournal.flush();
  const { json } = await api.call("GET", "/v1/security-events?kind=permission.", { as: owner });
  expect(json.data).toMatchObject([
    { kind: "permission.denied", user: { id: viewer.actor.userId }, detail: { route: "GET /v1/security-events", actor: "api_key" } },
  ]);
});

test("the list has pages and filters", async () => {
  const owner = await api.person("owner");
  const { workspaceId } = owner.actor;
  for (let i = 0; i < 25; i++)
    noteSecurityEvent(api.system, { kind: i % 5 ? "egress.denied" : "audit.broken", workspaceId, detail: { i } });
  await api.system.securityJournal.flush();
  const seen: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { json: { data: { detail: { i: number } }[]; nextCursor: string | null } } = await api.call(
      "GET",
      `/v1/security-events?limit=10${cursor && `&cursor=${cursor}`}`,
      { as: owner },
    );
    seen.push(...page.json.data.map(({ detail }) => detail.i));
    cursor = page.json.nextCursor;
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  expect(kindsOf((await api.call("GET", "/v1/security-events?severity=critical", { as: owner })).json)).toEqual(
    Array(5).fill("audit.broken"),
  );
  expect(kindsOf((await api.call("GET", `/v1/security-events?to=2020-01-01T00:00:00.000Z`, { as: owner })).json)).toEqual([]);
  expect((await api.call("GET", "/v1/security-events?kind='", { as: owner })).status).toBe(400);
});

test("T-31 the nightly check of every chain tells the workspace whose log was changed", async () => {
  const owner = await api.person("owner");
  await api.call("POST", "/v1/api-keys", { as: owner, body: { name: "ci" } });
  const client = await api.system.pool.connect();
  await client.query("SET ROLE NONE; BEGIN; SET LOCAL session_replication_role = replica");
  await client.query("UPDATE audit_events SET subject = 'x' WHERE workspace_id = $1", [uuidFromTypeId(owner.actor.workspaceId)]);
  await client.query("COMMIT");
  client.release(true);
  const { checked, broken } = await checkAuditChains(api.system);
  expect(checked).toBeGreaterThan(3);
  expect(broken).toBe(1);
  await api.system.securityJournal.flush();
  const { json } = await api.call("GET", "/v1/security-events?kind=audit.broken", { as: owner });
  expect(json.data).toMatchObject([{ severity: "critical", detail: { seq: 1 } }]);
});

test("a flood is counted, not kept line by line", async () => {
  const owner = await api.person("owner");
  for (let i = 0; i < 2_000; i++)
    noteSecurityEvent(api.system, { kind: "egress.denied", workspaceId: owner.actor.workspaceId, detail: { host: `10.0.0.${i}` } });
  await api.system.securityJournal.flush();
  const { json } = await api.call("GET", "/v1/security-events/summary", { as: owner });
  expect(json.data[0].count).toBeLessThanOrEqual(500);
});
