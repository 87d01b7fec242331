import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_SCHEDULES } from "@crew/contracts/schedules";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";

let api: TestApi;
let ada: TestPerson;
let crewId: string;

beforeAll(async () => {
  api = await openTestApi();
  ada = await api.person();
  crewId = (await api.call("POST", "/v1/crews", { as: ada, body: buildCrew() })).json.id;
});
afterAll(() => api[Symbol.asyncDispose]());

const body = (over: object = {}) => ({
  crewId,
  name: "Morning",
  cron: "0 7 * * 1-5",
  timezone: "Europe/Berlin",
  inputs: { topic: "x" },
  ...over,
});
const create = (over: object = {}, as = ada) => api.call("POST", "/v1/schedules", { as, body: body(over) });
const change = (id: string, what: object, as = ada) => api.call("PATCH", `/v1/schedules/${id}`, { as, body: what });

test("a schedule knows its words, its next time by the clocks of its zone, and for whom it acts", async () => {
  const { status, json } = await create({ documents: [{ name: "a.txt", text: "abc" }] });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    words: "At 07:00, Monday through Friday",
    crewName: "Brief",
    documents: [{ name: "a.txt", characters: 3 }],
    isPaused: false,
    lastTick: null,
    createdBy: { userId: ada.actor.userId, name: "test" },
    actsFor: { userId: ada.actor.userId },
  });
  const local = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", hour: "2-digit", minute: "2-digit", weekday: "short" });
  expect(local.format(new Date(json.nextAt))).toMatch(/^(Mon|Tue|Wed|Thu|Fri)\D+07:00$/);
  expect(Date.parse(json.nextAt)).toBeGreaterThan(Date.now());
});

test.each([
  [{ cron: "0 25 * * *" }, "cron", "hour: 25"],
  [{ cron: "* * * * * *" }, "cron", "6 fields"],
  [{ timezone: "Mars/Base" }, "timezone", "time zone"],
  [{ timezone: "+02:00" }, "timezone", "time zone"],
  [{ inputs: {} }, "inputs.topic", "give it a value"],
  [{ graceSeconds: 1 }, "graceSeconds", ""],
])("%j is refused with its place", async (over, path, words) => {
  const { status, json } = await create(over);
  expect([status, json.code]).toEqual([400, "invalid"]);
  expect(json.issues).toEqual([{ path, message: expect.stringContaining(words) }]);
});

test("a preview tells the next five times, and what a change of the clocks does to them", async () => {
  const ask = (cron: string, timezone = "Europe/Berlin") =>
    api.call("POST", "/v1/schedules/preview", { as: ada, body: { cron, timezone } });
  const { json } = await ask("30 2 28 3 *");
  expect(json.times).toHaveLength(5);
  const gaps = json.times.filter(({ note }: { note: string | null }) => note?.includes("a time that this day does not have runs at 03:00"));
  // In 2027 and 2032 that day is the last Sunday of March.
  for (const { words } of gaps) expect(words).toMatch(/^Sunday, 28 March 20\d\d, 03:00$/);
  expect((await ask("*/5 * * * *", "UTC")).json.times.every(({ note }: { note: string | null }) => note === null)).toBe(true);
  expect((await ask("0 0 31 2 *")).json.issues).toMatchObject([{ path: "cron", message: expect.stringContaining("never comes") }]);
});

test("whoever saves or resumes it is the one for whom it acts; to pause it is not that, and needs no right on the crew", async () => {
  const { json: schedule } = await create();
  const bob = await api.person("builder", ada.actor.workspaceId);
  expect((await change(schedule.id, { isPaused: true }, bob)).json).toMatchObject({
    isPaused: true,
    nextAt: null,
    actsFor: { userId: ada.actor.userId },
  });
  expect((await change(schedule.id, { isPaused: false }, bob)).json).toMatchObject({
    isPaused: false,
    actsFor: { userId: bob.actor.userId },
  });
  expect((await change(schedule.id, { inputs: { topic: "y" } })).json).toMatchObject({
    inputs: { topic: "y" },
    actsFor: { userId: ada.actor.userId },
  });
  const custom = await api.person("viewer", ada.actor.workspaceId);
  const roleId = uuidFromTypeId(api.system.newId("role"));
  await api.system.pool.query(
    "INSERT INTO custom_roles (id, workspace_id, name, permissions, created_at, updated_at) VALUES ($1, $2, 'Clock', $3, now(), now())",
    [roleId, uuidFromTypeId(ada.actor.workspaceId), ["schedules:read", "schedules:write"]],
  );
  await api.system.pool.query("UPDATE workspace_members SET role = 'custom', custom_role_id = $1 WHERE user_id = $2", [
    roleId,
    uuidFromTypeId(custom.actor.userId),
  ]);
  expect((await change(schedule.id, { cron: "* * * * *" }, custom)).status).toBe(403);
  expect((await change(schedule.id, { isPaused: false }, custom)).status).toBe(403);
  expect((await create({}, custom)).status).toBe(403);
  expect((await api.call("POST", `/v1/schedules/${schedule.id}/run-now`, { as: custom, body: {} })).status).toBe(403);
  expect((await change(schedule.id, { isPaused: true }, custom)).status).toBe(200);
});

test("a change of its cron or zone moves its next time, any other does not", async () => {
  const { json: schedule } = await create({ timezone: "UTC", cron: "0 7 * * *" });
  expect((await change(schedule.id, { name: "Other" })).json.nextAt).toBe(schedule.nextAt);
  expect((await change(schedule.id, { cron: "30 9 * * *" })).json.nextAt).toMatch(/T09:30:00\.000Z$/);
  expect((await change(schedule.id, { timezone: "Asia/Kolkata" })).json.nextAt).toMatch(/T04:00:00\.000Z$/);
});

test("run now starts a run by hand, which stands among its times and leaves them as they are", async () => {
  const { json: schedule } = await create();
  const { status, json: run } = await api.call("POST", `/v1/schedules/${schedule.id}/run-now`, { as: ada, body: {} });
  expect(status).toBe(202);
  expect(run).toMatchObject({ state: "queued", startedBy: { kind: "schedule", name: "Morning", userId: ada.actor.userId } });
  const { json } = await api.call("GET", `/v1/schedules/${schedule.id}/ticks`, { as: ada });
  expect(json.data).toMatchObject([{ outcome: "started", runId: run.id, runState: "queued", why: "Started by hand by test." }]);
  const after = (await api.call("GET", `/v1/schedules/${schedule.id}`, { as: ada })).json;
  expect(after).toMatchObject({ nextAt: schedule.nextAt, lastTick: { runId: run.id } });
  expect((await api.call("DELETE", `/v1/schedules/${schedule.id}`, { as: ada })).status).toBe(204);
  expect((await api.call("GET", `/v1/runs/${run.id}`, { as: ada })).status).toBe(200);
});

test("lists and ticks come page by page, and a crew's alone when asked", async () => {
  const other = (await api.call("POST", "/v1/crews", { as: ada, body: buildCrew() })).json.id;
  const ids: string[] = [];
  for (const name of ["a", "b", "c"]) ids.unshift((await create({ crewId: other, name })).json.id);
  const page = (query: string) => api.call("GET", `/v1/schedules?crewId=${other}&limit=2${query}`, { as: ada });
  const first = (await page("")).json;
  const second = (await page(`&cursor=${first.nextCursor}`)).json;
  expect([...first.data, ...second.data].map(({ id }: { id: string }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
  const [id = ""] = ids;
  await api.system.pool.query(
    `INSERT INTO schedule_ticks (schedule_id, workspace_id, tick_at, outcome, decided_at)
     SELECT $1, $2, now() - make_interval(mins => n), 'missed', now() FROM generate_series(1, 3) n`,
    [uuidFromTypeId(id), uuidFromTypeId(ada.actor.workspaceId)],
  );
  const ticks = (cursor = "") => api.call("GET", `/v1/schedules/${id}/ticks?limit=2${cursor}`, { as: ada });
  const newest = (await ticks()).json;
  const oldest = (await ticks(`&cursor=${newest.nextCursor}`)).json;
  const times = [...newest.data, ...oldest.data].map(({ at }: { at: string }) => at);
  expect(times).toEqual([...new Set(times)].toSorted().toReversed());
  expect(times).toHaveLength(3);
});

test("a workspace has a limit of them", async () => {
  const grace = await api.person();
  const crew = (await api.call("POST", "/v1/crews", { as: grace, body: buildCrew() })).json.id;
  const { json } = await create({ crewId: crew }, grace);
  await api.system.pool.query(
    `INSERT INTO schedules SELECT copy.* FROM schedules s, generate_series(2, $2) n,
       jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'name', 'copy ' || n)) copy WHERE s.id = $1`,
    [uuidFromTypeId(json.id), MAX_SCHEDULES],
  );
  expect((await create({ crewId: crew }, grace)).json).toMatchObject({
    code: "conflict",
    detail: expect.stringContaining(`at most ${MAX_SCHEDULES}`),
  });
});
