import { MAX_BUDGETS } from "@crew/contracts/budgets";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
});
afterAll(() => api[Symbol.asyncDispose]());

const budget = { name: "Month", scope: "workspace", period: "month", limit: "50" };
const create = (body: object, as = ada) => api.call("POST", "/v1/budgets", { as, body: { ...budget, ...body } });

test("a budget is set, shown with its use and its pace, changed and deleted, each with its audit row", async () => {
  const made = await create({});
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ measure: "usd", action: "stop", warnAtPercent: 80, isEnabled: true, subjectId: null, waitingRuns: 0 });
  const { id } = made.json;
  await api.system.pool.query("UPDATE budget_counters SET settled = 20, reserved = 5 WHERE budget_id = $1", [uuidFromTypeId(id)]);
  const shown = (await api.call("GET", `/v1/budgets/${id}`, { as: ada })).json;
  expect(shown.uses).toMatchObject([{ subjectId: ada.actor.workspaceId, settled: "20", reserved: "5", remaining: "25" }]);
  expect(Date.parse(shown.periodEnd)).toBeGreaterThan(Date.now());
  const changed = await api.call("PATCH", `/v1/budgets/${id}`, { as: ada, body: { limit: "22.5", action: "park" } });
  expect(changed.json).toMatchObject({ limit: "22.5", action: "park", name: "Month" });
  expect((await api.call("GET", "/v1/budgets", { as: ada })).json.data).toHaveLength(1);
  expect((await api.call("DELETE", `/v1/budgets/${id}`, { as: ada })).status).toBe(204);
  expect((await api.call("GET", `/v1/budgets/${id}`, { as: ada })).status).toBe(404);
  const { rows } = await api.system.pool.query("SELECT action, detail FROM audit_events WHERE action LIKE 'budget.%' ORDER BY id");
  expect(rows.map(({ action }) => action)).toEqual(["budget.created", "budget.updated", "budget.deleted"]);
  expect(rows[1].detail).toMatchObject({ limit: "22.5", before: { limit: "50", action: "stop" } });
});

test("refuses limits, subjects and changes that make no sense, and who may not", async () => {
  for (const limit of ["0", "-1", "1e3", "0.0000001", ""]) expect((await create({ limit })).status, limit).toBe(400);
  expect((await create({ measure: "tokens", limit: "1.5" })).json).toMatchObject({ issues: [{ path: "limit" }] });
  expect((await create({ scope: "run", subjectId: ada.actor.userId })).json).toMatchObject({ issues: [{ path: "subjectId" }] });
  expect((await create({ scope: "crew", subjectId: ada.actor.userId })).status).toBe(400);
  const eve = await api.person();
  const { json: crew } = await api.call("POST", "/v1/crews", { as: eve, body: buildCrew() });
  expect((await create({ scope: "crew", subjectId: crew.id })).json.detail).toContain("no such crew");
  expect((await create({ scope: "crew", subjectId: crew.id }, eve)).json).toMatchObject({ subjectId: crew.id, subjectName: "Brief" });
  const { json: hers } = await create({}, eve);
  expect((await api.call("PATCH", `/v1/budgets/${hers.id}`, { as: eve, body: {} })).status).toBe(400);
  expect((await api.call("PATCH", `/v1/budgets/${hers.id}`, { as: eve, body: { scope: "run" } })).status).toBe(400);
  expect((await api.call("PATCH", `/v1/budgets/${hers.id}`, { as: ada, body: { limit: "1" } })).status).toBe(404);
  const builder = await api.person("builder", ada.actor.workspaceId);
  expect((await create({}, builder)).json).toMatchObject({ code: "forbidden" });
  expect((await api.call("GET", "/v1/budgets", { as: builder })).status).toBe(200);
});

test("there is a most of them, also for those that come at once", async () => {
  const many = await api.person();
  await api.system.pool.query(
    `INSERT INTO budgets (id, workspace_id, name, scope, period, measure, limit_amount, action, is_enabled, created_at, updated_at)
     SELECT gen_random_uuid(), $1, 'n', 'run', 'total', 'usd', 1, 'stop', true, now(), now() FROM generate_series(1, $2)`,
    [uuidFromTypeId(many.actor.workspaceId), MAX_BUDGETS - 1],
  );
  const answers = await Promise.all([1, 2, 3].map(() => create({}, many)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
});

test("a workspace's own price comes before the list, exactly, and is taken away again", async () => {
  const set = (price: object | null) => api.call("PUT", "/v1/model-prices", { as: ada, body: { model: "local/llama-4", price } });
  expect((await set({ inputPerMillionUsd: "0.15", outputPerMillionUsd: "0.6" })).json.data).toEqual([
    { model: "local/llama-4", inputPerMillionUsd: "0.15", outputPerMillionUsd: "0.6" },
  ]);
  expect((await set({ inputPerMillionUsd: "1.1234567", outputPerMillionUsd: "0" })).status).toBe(400);
  expect((await set(null)).json.data).toEqual([]);
});
