import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
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
const event = (crewName: string) => ({ type: "crew.updated", data: { crewId: "crew_01", crewName, version: 2, by: "Ada" } }) as const;

test("an event is written with its transaction, where a webhook of the workspace listens, and the dispatcher hears of it", async () => {
  const [ada, eve] = [await api.person("owner"), await api.person("owner")];
  await listen(ada);
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
  await vi.waitFor(() => expect(heard).toEqual(["one"]));
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
