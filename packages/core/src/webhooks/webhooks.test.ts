import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dispatchOutbox } from "../outbox/dispatch-outbox.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import { claimWebhooks, deliverWebhooks } from "./deliver-webhook.ts";
import { verifyWebhook } from "./standard-webhook.ts";

interface Received {
  headers: IncomingMessage["headers"];
  body: string;
}

const received: Received[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 200 };
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  received.push({ headers: request.headers, body });
  response.writeHead(answer.status, answer.headers).end("ok");
});

let api: TestApi;
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  url = `http://127.0.0.1:${port}/hook`;
  api = await openTestApi({ system: { config: { egressAllow: [`127.0.0.1:${port}`] } } });
});
afterAll(async () => {
  receiver.close();
  await api[Symbol.asyncDispose]();
});

/** What a worker does about all that is due. */
async function sendDue(): Promise<void> {
  await dispatchOutbox(api.system);
  for (;;) {
    const due = await claimWebhooks(api.system, { room: 10, failingRoom: 10 });
    if (due.length === 0) return;
    await Promise.all(due.map((batch) => deliverWebhooks(api.system, batch, new AbortController().signal)));
  }
}

const query = async (sql: string, values: unknown[] = []) => (await api.system.pool.query(sql, values)).rows;
const makeDue = () => query("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE state = 'pending'");

async function listen(body: object = {}): Promise<{ ada: TestPerson; id: string; secret: string }> {
  received.length = 0;
  answer = { status: 200 };
  // What earlier tests left behind is not this one's.
  await query("UPDATE webhooks SET is_enabled = false");
  const ada = await api.person("owner");
  const { status, json } = await api.call("POST", "/v1/webhooks", { as: ada, body: { url, events: ["security."], ...body } });
  expect(status).toBe(201);
  return { ada, id: json.id, secret: json.secret };
}

const deliveriesOf = async ({ ada, id }: { ada: TestPerson; id: string }) =>
  (await api.call("GET", `/v1/webhooks/${id}/deliveries`, { as: ada })).json.data;

async function raise(ada: TestPerson, kind: `${string}.${string}` = "egress.denied"): Promise<void> {
  noteSecurityEvent(api.system, { kind, workspaceId: ada.actor.workspaceId, detail: { host: "10.0.0.1" } });
  await api.system.securityJournal.flush();
}

test("T-23 a security event is told to who listens, signed, once, and not to another workspace", async () => {
  const hook = await listen();
  const eve = await api.person("owner");
  await raise(hook.ada);
  await raise(eve);
  // Two processes at once, as often as they like: one delivery, one call.
  await Promise.all([sendDue(), sendDue(), sendDue()]);
  const [delivery, ...others] = await deliveriesOf(hook);
  expect(others).toEqual([]);
  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [Received];
  expect(verifyWebhook(headers, body, { secrets: [hook.secret], now: new Date() })).toEqual({ isValid: true, id: delivery.id });
  expect(JSON.parse(body)).toMatchObject({ type: "security.egress.denied", data: { severity: "warning", detail: { host: "10.0.0.1" } } });
  expect(delivery).toMatchObject({ type: "security.egress.denied", state: "delivered", attempts: 1, responseStatus: 200, error: null });
});

test("only what it listens to: by beginning of the type and by severity", async () => {
  const hook = await listen({ events: ["security.sign_in."], minSeverity: "critical" });
  const other = await api.call("POST", "/v1/webhooks", { as: hook.ada, body: { url, events: ["security."], minSeverity: "critical" } });
  await raise(hook.ada, "egress.denied");
  await raise(hook.ada, "sign_in.failed");
  await raise(hook.ada, "audit.broken");
  await sendDue();
  expect(await deliveriesOf(hook)).toEqual([]);
  expect(await deliveriesOf({ ada: hook.ada, id: other.json.id })).toMatchObject([{ type: "security.audit.broken" }]);
});

test("of a flood of security events the most severe are told, and no more than twenty of a second", async () => {
  const hook = await listen({ minSeverity: "info" });
  for (let i = 0; i < 40; i++)
    noteSecurityEvent(api.system, { kind: "sign_in.succeeded", workspaceId: hook.ada.actor.workspaceId, detail: { i } });
  await raise(hook.ada, "audit.broken");
  await sendDue();
  const types = (await deliveriesOf(hook)).map(({ type }: { type: string }) => type);
  expect(types).toHaveLength(20);
  expect(types).toContain("security.audit.broken");
});

test("while the secret changes over, both sign", async () => {
  const hook = await listen();
  const rotated = await api.call("POST", `/v1/webhooks/${hook.id}/secret`, { as: hook.ada, body: {} });
  expect(rotated.json.secret).not.toBe(hook.secret);
  await raise(hook.ada);
  await sendDue();
  const [{ headers, body }] = received as [Received];
  for (const secret of [hook.secret, rotated.json.secret])
    expect(verifyWebhook(headers, body, { secrets: [secret], now: new Date() }).isValid).toBe(true);
});

test("a failure is tried again for a day under the same id, then given up and told; the log says how each went", async () => {
  const hook = await listen();
  answer = { status: 302, headers: { location: url } };
  await raise(hook.ada);
  await sendDue();
  const [first] = await deliveriesOf(hook);
  const { id } = first;
  expect(first).toMatchObject({ state: "pending", attempts: 1, responseStatus: null, error: expect.stringContaining("redirect") });
  expect(Date.parse(first.nextAttemptAt) - Date.now()).toBeGreaterThan(3_000);
  answer = { status: 500 };
  let waited = 0;
  for (let attempts = 1; attempts < 8; attempts++) {
    await makeDue();
    await sendDue();
    const [row] = await deliveriesOf(hook);
    if (row.nextAttemptAt) waited += Date.parse(row.nextAttemptAt) - Date.now();
  }
  expect(waited).toBeGreaterThan(20 * 3_600_000);
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "failed", attempts: 8, error: "It answered 500.", nextAttemptAt: null }]);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
  const { json } = await api.call("GET", `/v1/webhook-deliveries/${id}`, { as: hook.ada });
  expect(json.payload).toMatchObject({ detail: { host: "10.0.0.1" } });
  expect(json.log.map((one: { number: number }) => one.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(json.log[7]).not.toHaveProperty("deliveryId");
  expect(json.log[7]).toMatchObject({
    responseStatus: 500,
    responseExcerpt: "ok",
    error: "It answered 500.",
    durationMs: expect.any(Number),
  });
  const [{ json: list }] = [await api.call("GET", "/v1/webhooks", { as: hook.ada })];
  expect(list.data).toMatchObject([{ isEnabled: true, failingSince: expect.any(String) }]);
  // Sent again by hand, it goes out under its own id.
  answer = { status: 204 };
  expect((await api.call("POST", `/v1/webhook-deliveries/${id}/redeliver`, { as: hook.ada, body: {} })).status).toBe(202);
  await sendDue();
  // Beside it may stand that the webhook was failing, which is told to it too when it goes again.
  const sentAgain = (await deliveriesOf(hook)).filter((one: { id: string }) => one.id === id);
  expect(sentAgain).toMatchObject([{ state: "delivered", attempts: 9 }]);
  expect((await api.call("GET", "/v1/webhooks", { as: hook.ada })).json.data).toMatchObject([{ failingSince: null }]);
  const stranger = await api.person("owner");
  expect((await api.call("POST", `/v1/webhook-deliveries/${id}/redeliver`, { as: stranger, body: {} })).status).toBe(404);
  expect((await api.call("GET", `/v1/webhook-deliveries/${id}`, { as: stranger })).status).toBe(404);
});

test("what was given up during an outage is sent again with one call; the list is filtered", async () => {
  const hook = await listen();
  answer = { status: 500 };
  for (const kind of ["egress.denied", "sign_in.failed", "limit.reached"] as const) await raise(hook.ada, kind);
  await sendDue();
  await query("UPDATE webhook_deliveries SET attempts = earlier_attempts + 7, next_attempt_at = now() WHERE state = 'pending'");
  await sendDue();
  await query("UPDATE webhooks SET failing_since = NULL");
  const list = (filter: string) => api.call("GET", `/v1/webhooks/${hook.id}/deliveries?${filter}`, { as: hook.ada });
  expect((await list("state=failed&type=security.sign_in")).json.data).toMatchObject([{ type: "security.sign_in.failed" }]);
  expect((await list("state=delivered")).json.data).toEqual([]);
  const before = received.length;
  answer = { status: 200 };
  const since = new Date(Date.now() - 60_000).toISOString();
  const again = await api.call("POST", `/v1/webhooks/${hook.id}/redeliver`, { as: hook.ada, body: { since } });
  expect([again.status, again.json]).toEqual([202, { count: 3 }]);
  await sendDue();
  const taken = received.slice(before).filter(({ body }) => !body.includes("security.webhook.failed"));
  expect(taken).toHaveLength(3);
  expect((await list("limit=2")).json).toMatchObject({
    data: [{ state: "delivered" }, { state: "delivered" }],
    nextCursor: expect.any(String),
  });
});

test("T-23 an answer 410 switches the webhook off; a person switches it on again", async () => {
  const hook = await listen();
  answer = { status: 410 };
  await raise(hook.ada);
  await raise(hook.ada, "sign_in.failed");
  await sendDue();
  const { json } = await api.call("GET", "/v1/webhooks", { as: hook.ada });
  expect(json.data).toMatchObject([{ isEnabled: false, disabledBecause: expect.stringContaining("410") }]);
  expect(received).toHaveLength(1);
  expect(await deliveriesOf(hook)).toMatchObject([
    { state: "failed", attempts: 0, error: expect.stringContaining("switched off") },
    { state: "failed", attempts: 1, responseStatus: 410 },
  ]);
  await raise(hook.ada);
  await sendDue();
  expect(await deliveriesOf(hook)).toHaveLength(2);
  expect((await api.call("POST", `/v1/webhooks/${hook.id}/test`, { as: hook.ada, body: {} })).status).toBe(409);
  const on = await api.call("PATCH", `/v1/webhooks/${hook.id}`, { as: hook.ada, body: { isEnabled: true } });
  expect(on.json).toMatchObject({ isEnabled: true, disabledBecause: null });
});

test("a webhook that took nothing for five days is switched off, and that is told", async () => {
  const hook = await listen();
  answer = { status: 503 };
  await raise(hook.ada);
  await sendDue();
  await query("UPDATE webhooks SET failing_since = now() - interval '5 days 1 hour' WHERE failing_since IS NOT NULL");
  await makeDue();
  await sendDue();
  expect((await api.call("GET", "/v1/webhooks", { as: hook.ada })).json.data).toMatchObject([
    { isEnabled: false, disabledBecause: "The address took nothing for 5 days." },
  ]);
  await api.system.securityJournal.flush();
  const events = await api.call("GET", "/v1/security-events?kind=webhook.disabled", { as: hook.ada });
  expect(events.json.data).toMatchObject([{ detail: { webhookId: hook.id } }]);
});

test("an attempt whose process died is made again after its lease, and what the dead one says later counts for nothing", async () => {
  const hook = await listen();
  await raise(hook.ada);
  await dispatchOutbox(api.system);
  const [lost] = await claimWebhooks(api.system, { room: 1, failingRoom: 1 });
  if (!lost) throw new Error("something is due");
  expect(await claimWebhooks(api.system, { room: 1, failingRoom: 1 })).toEqual([]);
  await query("UPDATE webhook_deliveries SET sending_until = now(), next_attempt_at = now() WHERE sending_until IS NOT NULL");
  await sendDue();
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "delivered", attempts: 2 }]);
  answer = { status: 500 };
  await deliverWebhooks(api.system, lost, new AbortController().signal);
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "delivered", attempts: 2, responseStatus: 200 }]);
});

test("an attempt that our own stop cuts is due at once and counts for nothing", async () => {
  const hook = await listen();
  await raise(hook.ada);
  await dispatchOutbox(api.system);
  const [due] = await claimWebhooks(api.system, { room: 1, failingRoom: 1 });
  if (!due) throw new Error("something is due");
  await deliverWebhooks(api.system, due, AbortSignal.abort());
  await sendDue();
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "delivered", attempts: 1 }]);
});

test("T-09 a webhook reaches no private address", async () => {
  const { port } = new URL(url);
  const hook = await listen({ url: `http://localhost:${port}/hook` });
  await api.call("POST", `/v1/webhooks/${hook.id}/test`, { as: hook.ada, body: {} });
  await sendDue();
  expect(received).toEqual([]);
  expect(await deliveriesOf(hook)).toMatchObject([{ type: "webhook.test", state: "pending", responseStatus: null }]);
});

test("builders choose what runs do, and no security events; addresses hold no password; there are twenty at most", async () => {
  const { ada, id } = await listen();
  const builder = await api.person("builder", ada.actor.workspaceId);
  const viewer = await api.person("viewer", ada.actor.workspaceId);
  expect((await api.call("GET", "/v1/webhooks", { as: viewer })).status).toBe(403);
  for (const events of [["security."], ["run.", "s"], ["security.sign_in.failed"]])
    expect((await api.call("POST", "/v1/webhooks", { as: builder, body: { url, events } })).status).toBe(403);
  for (const body of [{ url: "https://elsewhere.example.com" }, { isEnabled: false }])
    expect((await api.call("PATCH", `/v1/webhooks/${id}`, { as: builder, body })).status).toBe(403);
  const own = await api.call("POST", "/v1/webhooks", { as: builder, body: { url, events: ["run."] } });
  expect(own.status).toBe(201);
  expect((await api.call("PATCH", `/v1/webhooks/${own.json.id}`, { as: builder, body: { events: ["security."] } })).status).toBe(403);
  await raise(ada);
  await sendDue();
  const [{ id: deliveryId }] = await deliveriesOf({ ada, id });
  expect((await api.call("GET", `/v1/webhook-deliveries/${deliveryId}`, { as: builder })).json).toMatchObject({
    payload: null,
    log: [{ number: 1 }],
  });
  for (const bad of ["https://user:pass@example.com/", "ftp://example.com/", "not a url"])
    expect((await api.call("POST", "/v1/webhooks", { as: ada, body: { url: bad, events: ["run."] } })).status).toBe(400);
  const made = await Promise.all(
    Array.from({ length: 24 }, () => api.call("POST", "/v1/webhooks", { as: ada, body: { url, events: ["run."] } })),
  );
  expect(made.filter(({ status }) => status === 201)).toHaveLength(18);
  expect(made.filter(({ status }) => status === 409)).toHaveLength(6);
});
