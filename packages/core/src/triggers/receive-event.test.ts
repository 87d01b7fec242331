import { uuidFromTypeId } from "@crew/contracts/ids";
import { MAX_EVENT_BYTES } from "@crew/contracts/triggers";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signWebhook } from "../webhooks/standard-webhook.ts";
import { takeEventOnce } from "./take-event.ts";
import { findListeningTrigger } from "./trigger-repository.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

interface Listening {
  owner: TestPerson;
  crewId: string;
  id: string;
  secret: string;
}

const MAPPING = { inputs: { topic: "$.data.title", tone: "dry" }, attachesPayload: false };

async function listen(over: object = {}): Promise<Listening> {
  const owner = await api.person();
  const crew = await api.call("POST", "/v1/crews", { as: owner, body: buildCrew() });
  const body = { crewId: crew.json.id, name: "New articles", mapping: MAPPING, ...over };
  const { status, json, text } = await api.call("POST", "/v1/triggers", { as: owner, body });
  expect(status, text).toBe(201);
  expect(json.secret).toMatch(/^whsec_/);
  expect(json.url).toMatch(new RegExp(`/v1/triggers/${json.id}/events$`));
  return { owner, crewId: crew.json.id, id: json.id, secret: json.secret };
}

const seconds = (age = 0) => Math.floor(Date.now() / 1000) - age;

/** As a sender would: the headers sign the text that is sent. */
function post({ id, secret }: Pick<Listening, "id" | "secret">, message: string, body: string, more: { age?: number; sent?: string } = {}) {
  const headers = signWebhook({ id: message, timestamp: seconds(more.age), body }, [secret]);
  return api.call("POST", `/v1/triggers/${id}/events`, { headers, body: more.sent ?? body });
}

const event = (title?: string) => JSON.stringify({ type: "article.written", data: { title } });
const deliveriesOf = async ({ owner, id }: Listening) => (await api.call("GET", `/v1/triggers/${id}/deliveries`, { as: owner })).json.data;
const runsOf = async ({ owner, crewId }: Listening) => (await api.call("GET", `/v1/runs?crewId=${crewId}`, { as: owner })).json.data;

test("the same event a hundred times at once starts one run, and each answer names it", async () => {
  const trigger = await listen();
  const answers = await Promise.all(Array.from({ length: 100 }, () => post(trigger, "msg_1", event("Wind"))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  const [run, ...others] = await runsOf(trigger);
  expect(others).toEqual([]);
  expect(answers[0]?.json.runId).toBe(run.id);
  expect(run).toMatchObject({ inputs: { topic: "Wind", tone: "dry" }, startedBy: { kind: "trigger", name: "New articles" } });
  expect(await deliveriesOf(trigger)).toMatchObject([
    { id: answers[0]?.json.deliveryId, messageId: "msg_1", state: "started", runId: run.id, received: 100, excerpt: event("Wind") },
  ]);
  const { rows } = await api.system.pool.query(
    `SELECT (SELECT count(*)::int FROM run_events e WHERE e.run_id = r.id) AS events, r.started_by_user_id, a.detail
     FROM runs r JOIN audit_events a ON a.action = 'run.started' AND a.subject = $2 WHERE r.id = $1`,
    [uuidFromTypeId(run.id), run.id],
  );
  expect(rows).toMatchObject([
    { events: 1, started_by_user_id: uuidFromTypeId(trigger.owner.actor.userId), detail: { triggerId: trigger.id } },
  ]);
  expect((await post(trigger, "msg_2", event("Rain"))).json.runId).not.toBe(run.id);
});

test("as many processes that take in the same event at once start one run", async () => {
  const trigger = await listen();
  const listening = await findListeningTrigger(api.system.statements, trigger.id);
  if (!listening) throw new Error("it was made");
  const take = () => takeEventOnce(api.system, listening, { messageId: "msg_1", payload: event("Wind") });
  // Past what one process shares; each has a connection of its own.
  const taken = await Promise.all(Array.from({ length: 8 }, take));
  expect(new Set(taken.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(await runsOf(trigger)).toHaveLength(1);
  expect(await deliveriesOf(trigger)).toMatchObject([{ state: "started", received: 8 }]);
});

test("T-23 a wrong signature, an old one, changed bytes and an unknown trigger are answered alike, and nothing is kept", async () => {
  const trigger = await listen();
  const other = await listen();
  const answers = [
    await post({ id: trigger.id, secret: other.secret }, "msg_1", event("Wind")),
    await post(trigger, "msg_1", event("Wind"), { age: 301 }),
    await post(trigger, "msg_1", event("Wind"), { age: -301 }),
    await post(trigger, "msg_1", event("Wind"), { sent: event("Hurricane") }),
    await post({ id: api.system.newId("trigger"), secret: trigger.secret }, "msg_1", event("Wind")),
    await api.call("POST", `/v1/triggers/${trigger.id}/events`, { body: event("Wind") }),
    // Whoever may do anything in the workspace is no sender.
    await api.call("POST", `/v1/triggers/${trigger.id}/events`, { as: trigger.owner, body: event("Wind") }),
  ];
  const told = answers.map(({ status, json: { requestId: _, ...problem } }) => ({ status, problem }));
  expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(told[0]).toMatchObject({ status: 401, problem: { code: "unauthenticated" } });
  expect([await deliveriesOf(trigger), await runsOf(trigger)]).toEqual([[], []]);
});

test("after a rotation both secrets are good for a day, then the new one alone", async () => {
  const trigger = await listen();
  const { json, status } = await api.call("POST", `/v1/triggers/${trigger.id}/secret`, { as: trigger.owner, body: {} });
  expect(status).toBe(200);
  const renewed = { ...trigger, secret: json.secret };
  expect((await post(trigger, "msg_1", event("Wind"))).status).toBe(202);
  expect((await post(renewed, "msg_2", event("Wind"))).status).toBe(202);
  await api.system.pool.query("UPDATE triggers SET former_until = now() - interval '1 second' WHERE id = $1", [uuidFromTypeId(trigger.id)]);
  expect((await post(trigger, "msg_3", event("Wind"))).status).toBe(401);
  expect((await post(renewed, "msg_3", event("Wind"))).status).toBe(202);
});

test("an event that lacks what the mapping asks for is kept, and replayed when the mapping is mended", async () => {
  const trigger = await listen();
  const refused = await post(trigger, "msg_1", event());
  expect([refused.status, refused.json.code]).toEqual([400, "invalid"]);
  expect(refused.json.issues).toEqual([{ path: "$.data.title", message: expect.stringContaining("topic") }]);
  const [delivery] = await deliveriesOf(trigger);
  expect(delivery).toMatchObject({ state: "refused", runId: null, why: expect.stringContaining("$.data.title") });
  expect(await runsOf(trigger)).toEqual([]);
  const replay = () => api.call("POST", `/v1/trigger-deliveries/${delivery.id}/replay`, { as: trigger.owner, body: {} });
  expect((await replay()).json).toMatchObject({ state: "refused" });
  const mapping = { inputs: { topic: "$.type" }, attachesPayload: true };
  expect((await api.call("PATCH", `/v1/triggers/${trigger.id}`, { as: trigger.owner, body: { mapping } })).status).toBe(200);
  const replayed = await replay();
  expect(replayed.json).toMatchObject({ id: delivery.id, state: "started", runState: "queued", why: null });
  const [run] = await runsOf(trigger);
  expect(run).toMatchObject({ id: replayed.json.runId, inputs: { topic: "article.written" } });
  expect((await api.call("GET", `/v1/runs/${run.id}/definition`, { as: trigger.owner })).json.documents).toMatchObject([
    { name: "event.json" },
  ]);
  expect((await replay()).status).toBe(409);
  // The sender, who knows nothing of it, tries again.
  expect((await post(trigger, "msg_1", event())).json).toMatchObject({ runId: run.id });
  expect(await runsOf(trigger)).toHaveLength(1);
});

describe("who it acts for", () => {
  test("may have lost the right: the event is kept, and why is told to the workspace alone", async () => {
    const trigger = await listen();
    const bob = await api.person("builder", trigger.owner.actor.workspaceId);
    await api.call("PATCH", `/v1/triggers/${trigger.id}`, { as: bob, body: { mapping: MAPPING } });
    await api.system.pool.query("UPDATE workspace_members SET role = 'viewer' WHERE user_id = $1", [uuidFromTypeId(bob.actor.userId)]);
    const { status, json } = await post(trigger, "msg_1", event("Wind"));
    expect([status, json.code]).toEqual([409, "conflict"]);
    expect(json.detail).not.toMatch(/may not|Ada/);
    expect(await deliveriesOf(trigger)).toMatchObject([
      { state: "refused", why: expect.stringContaining("may not start this crew any more") },
    ]);
    // An owner saves it again, and answers for it; the sender's next try starts the run.
    await api.call("PATCH", `/v1/triggers/${trigger.id}`, { as: trigger.owner, body: { isEnabled: true } });
    expect((await post(trigger, "msg_1", event("Wind"))).status).toBe(202);
  });

  test("is no less than who may start the crew", async () => {
    const trigger = await listen();
    const operator = await api.person("operator", trigger.owner.actor.workspaceId);
    const body = { crewId: trigger.crewId, name: "Mine", mapping: MAPPING };
    expect((await api.call("POST", "/v1/triggers", { as: operator, body })).status).toBe(403);
    expect((await api.call("POST", `/v1/triggers/${trigger.id}/test`, { as: operator, body: { payload: "{}" } })).status).toBe(403);
  });
});

test("one that is switched off, too large, no JSON or too often is refused before anything is kept", async () => {
  const trigger = await listen();
  const path = `/v1/triggers/${trigger.id}`;
  await api.call("PATCH", path, { as: trigger.owner, body: { isEnabled: false } });
  expect((await post(trigger, "msg_1", event("Wind"))).status).toBe(409);
  await api.call("PATCH", path, { as: trigger.owner, body: { isEnabled: true } });
  expect((await post(trigger, "msg_1", JSON.stringify("x".repeat(MAX_EVENT_BYTES)))).status).toBe(413);
  expect((await post(trigger, "msg_1", "{")).status).toBe(400);
  const text = await api.call("POST", `${path}/events`, { body: event("Wind"), headers: { "content-type": "text/plain" } });
  expect(text.status).toBe(415);
  await api.system.limiter.take(`trigger:${trigger.id}`, { points: 600, windowSeconds: 60 });
  for (let taken = 1; taken < 600; taken++) await api.system.limiter.take(`trigger:${trigger.id}`, { points: 600, windowSeconds: 60 });
  const limited = await post(trigger, "msg_1", event("Wind"));
  expect([limited.status, Number(limited.headers["retry-after"]) > 0]).toEqual([429, true]);
  expect(await deliveriesOf(trigger)).toEqual([]);
});

test("a test goes the way that every event goes", async () => {
  const trigger = await listen();
  const ask = (payload: unknown) =>
    api.call("POST", `/v1/triggers/${trigger.id}/test`, { as: trigger.owner, body: { payload: JSON.stringify(payload) } });
  expect((await ask({ data: { title: "Wind" } })).json).toMatchObject({
    state: "started",
    received: 1,
    messageId: expect.stringMatching(/^test_/),
  });
  expect((await ask({ data: {} })).json).toMatchObject({ state: "refused" });
  expect(await runsOf(trigger)).toHaveLength(1);
});

test("a mapping that no event could fulfil, or a path that is none, is refused with its place", async () => {
  const { owner, crewId } = await listen();
  const make = (inputs: object) =>
    api.call("POST", "/v1/triggers", { as: owner, body: { crewId, name: "x", mapping: { inputs, attachesPayload: false } } });
  expect((await make({})).json.issues).toMatchObject([{ path: "mapping.inputs.topic" }]);
  expect((await make({ topic: "$.a..b" })).json.issues).toMatchObject([{ path: "mapping.inputs.topic" }]);
});

test("a crew that knows secrets and may send anywhere is not started by strangers", async () => {
  const owner = await api.person();
  const agents = [{ key: "scout", role: "Scout", goal: "{topic}", tools: ["http_get"] }];
  const tasks = [{ key: "find", description: "Find", expectedOutput: "Facts", agent: "scout" }];
  const crew = await api.call("POST", "/v1/crews", {
    as: owner,
    body: buildCrew({ agents, tasks, egressHosts: ["*"], privateData: false }),
  });
  const trigger = await api.call("POST", "/v1/triggers", { as: owner, body: { crewId: crew.json.id, name: "x", mapping: MAPPING } });
  const listening = { owner, crewId: crew.json.id, id: trigger.json.id, secret: trigger.json.secret };
  expect((await post(listening, "msg_1", event("Wind"))).status).toBe(202);
  await api.system.pool.query("UPDATE crews SET deleted_at = now() WHERE id = $1", [uuidFromTypeId(crew.json.id)]);
  expect((await post(listening, "msg_2", event("Wind"))).status).toBe(409);
  expect((await deliveriesOf(listening))[0]).toMatchObject({ state: "refused", why: expect.stringContaining("no crew") });
});
