import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_EVENT_TEXT, WEBHOOK_EVENT_DATA } from "@crew/contracts/webhook-events";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../in-transaction.ts";
import { recordOutboxEvent } from "./record-outbox-event.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const told = async () => (await api.system.pool.query("SELECT type, payload FROM outbox_events ORDER BY seq")).rows;
const listen = (ada: TestPerson, body: object = {}) =>
  api.call("POST", "/v1/webhooks", { as: ada, body: { url: "https://example.com/", events: ["crew."], ...body } });
const event = (crewName: string) => ({ type: "crew.updated", data: { crewId: "crew_01", crewName, version: 2 } }) as const;

test("an event is written with its transaction, where a webhook of the workspace listens, and the dispatcher hears of it", async () => {
  const [ada, eve] = [await api.person("owner"), await api.person("owner")];
  await listen(ada, { events: ["crew.u"] });
  await listen(eve, { events: ["run."] });
  const heard: string[] = [];
  const stop = await api.system.notifications.listen("crew_outbox", () => heard.push("one"));
  await inTransaction({ ...api.system, actor: eve.actor }, (ctx) => recordOutboxEvent(ctx, event("nobody listens")));
  await inTransaction({ ...api.system, actor: ada.actor }, async (ctx) => {
    await recordOutboxEvent(ctx, event("rolled back"));
    throw new Error("back");
  }).catch(() => {});
  expect(await told()).toEqual([]);
  await inTransaction({ ...api.system, actor: ada.actor }, (ctx) => recordOutboxEvent(ctx, event("with \u0000 and \ud800")));
  expect(await told()).toEqual([{ type: "crew.updated", payload: { ...event("with \ufffd and \ufffd").data } }]);
  await expect.poll(() => heard).toEqual(["one"]);
  await stop();
});

test("a webhook that is switched off costs nothing", async () => {
  const ada = await api.person("owner");
  const { json } = await listen(ada);
  await api.call("PATCH", `/v1/webhooks/${json.id}`, { as: ada, body: { isEnabled: false } });
  const before = await told();
  await inTransaction({ ...api.system, actor: ada.actor }, (ctx) => recordOutboxEvent(ctx, event("off")));
  expect(await told()).toEqual(before);
});

test("crews are told of when they are made, changed and deleted, whatever fields the change has", async () => {
  const ada = await api.person("owner");
  await listen(ada);
  const { json: crew } = await api.call("POST", "/v1/crews", { as: ada, body: buildCrew({ name: "Tellers" }) });
  await api.call("PUT", `/v1/crews/${crew.id}`, { as: ada, body: buildCrew({ name: "Tellers", description: "new" }) });
  await api.call("DELETE", `/v1/crews/${crew.id}`, { as: ada });
  const rows = (await told()).filter(({ payload }) => payload.crewId === crew.id);
  expect(rows.map(({ type, payload }) => `${type} ${payload.crewName} ${payload.version}`)).toEqual([
    "crew.created Tellers 1",
    "crew.updated Tellers 2",
    "crew.deleted Tellers 2",
  ]);
});

test("each event of the contract is written by somebody, with the data that the contract says", async () => {
  const ada = await api.person("owner");
  await listen(ada, { events: ["run.", "task.", "approval.", "schedule.", "dead_letter.", "crew."] });
  const { system } = api;
  const crew = (await api.call("POST", "/v1/crews", { as: ada, body: buildCrew() })).json;
  const run = (await api.call("POST", `/v1/crews/${crew.id}/runs`, { as: ada, body: { inputs: { topic: "tides" } } })).json;
  const error = { code: "internal", message: "no" };
  const events: [string, object][] = [
    ["crew_kickoff_started", {}],
    ["crew_kickoff_completed", { output: "x".repeat(5_000) }],
    ["crew_kickoff_failed", { error }],
    ["run_cancelled", { by: "Ada" }],
    ["run_waiting", { reason: "timer", until: null, detail: "" }],
    ["task_completed", { taskKey: "find", agentKey: "scout", output: "done" }],
    [
      "human_feedback_requested",
      { approvalId: "approval_01", kind: "tool_call", taskKey: null, message: "May I?", output: "", call: { tool: "http_post" } },
    ],
  ];
  const ids = [run.id, crew.id, ada.actor.workspaceId].map(uuidFromTypeId);
  for (const [index, [type, data]] of events.entries())
    await system.pool.query("INSERT INTO run_events (run_id, seq, key, type, at, data) VALUES ($1, $2, $3, $3, now(), $4)", [
      ids[0],
      index + 2,
      type,
      data,
    ]);
  await system.pool.query(
    "INSERT INTO approvals (id, workspace_id, run_id, step_key, kind, message, output, created_at) VALUES (gen_random_uuid(), $3, $1, 'a', 'human_input', $2::text, '', now())",
    ids,
  );
  await system.pool.query("UPDATE approvals SET decision = 'approve', decided_by = 'Ada', decided_at = now() WHERE run_id = $1", [ids[0]]);
  await system.pool.query(
    "INSERT INTO dead_letters (id, workspace_id, kind, run_id, crew_id, title, code, message, attempts, created_at) VALUES (gen_random_uuid(), $3, 'run', $1, $2, 'Tides', 'internal', 'no', 3, now())",
    ids,
  );
  const schedule = { crewId: crew.id, name: "Mornings", cron: "0 8 * * *", timezone: "Europe/Berlin", inputs: { topic: "tides" } };
  const { id: scheduleId } = (await api.call("POST", "/v1/schedules", { as: ada, body: schedule })).json;
  await system.pool.query(
    "INSERT INTO schedule_ticks (schedule_id, workspace_id, tick_at, decided_at, outcome, why) VALUES ($1, $2, now(), now(), 'failed', 'It may not start.')",
    [uuidFromTypeId(scheduleId), ids[2]],
  );
  await api.call("PUT", `/v1/crews/${crew.id}`, { as: ada, body: buildCrew({ description: "Changed" }) });
  const { id: goneId } = (await api.call("POST", "/v1/crews", { as: ada, body: buildCrew({ name: "Gone" }) })).json;
  await api.call("DELETE", `/v1/crews/${goneId}`, { as: ada });
  const types = new Map((await told()).map(({ type, payload }) => [type, payload]));
  const seen = Object.keys(WEBHOOK_EVENT_DATA).filter((type) => !type.startsWith("budget."));
  for (const type of seen) {
    const data = types.get(type);
    expect(() => WEBHOOK_EVENT_DATA[type as "run.started"].parse(data), `${type} ${JSON.stringify(data)}`).not.toThrow();
  }
  expect(types.get("run.succeeded")).toMatchObject({ isOutputCut: true, output: "x".repeat(MAX_EVENT_TEXT), totals: { costUsd: "0.00" } });
  expect(types.get("schedule.failed")).toMatchObject({ scheduleId, name: "Mornings", error: expect.stringContaining("may not start") });
  expect(types.get("approval.requested")).toMatchObject({ tool: "http_post", crewName: crew.name });
});
