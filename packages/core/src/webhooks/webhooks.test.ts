import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import { deliverWebhook } from "./deliver-webhook.ts";
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

async function listen(body: object = {}): Promise<{ ada: TestPerson; id: string; secret: string }> {
  received.length = 0;
  answer = { status: 200 };
  const ada = await api.person("owner");
  const { status, json } = await api.call("POST", "/v1/webhooks", { as: ada, body: { url, ...body } });
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
  const [delivery, ...others] = await deliveriesOf(hook);
  expect(others).toEqual([]);
  expect(delivery).toMatchObject({ type: "security.egress.denied", state: "pending", attempts: 0 });
  // The same job twice, as after a worker that died: one call.
  await Promise.all([1, 2, 3].map(() => deliverWebhook(api.system, { deliveryId: delivery.id, attempts: 0 })));
  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [Received];
  expect(verifyWebhook(headers, body, { secrets: [hook.secret], now: new Date() })).toEqual({ isValid: true, id: delivery.id });
  expect(JSON.parse(body)).toMatchObject({ type: "security.egress.denied", data: { severity: "warning", detail: { host: "10.0.0.1" } } });
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "delivered", attempts: 1, responseStatus: 200, error: null }]);
});

test("only what it listens to: by beginning of the type and by severity", async () => {
  const hook = await listen({ events: ["security.sign_in."], minSeverity: "critical" });
  const other = await api.call("POST", "/v1/webhooks", { as: hook.ada, body: { url, minSeverity: "critical" } });
  await raise(hook.ada, "egress.denied");
  await raise(hook.ada, "sign_in.failed");
  await raise(hook.ada, "audit.broken");
  expect(await deliveriesOf(hook)).toEqual([]);
  expect(await deliveriesOf({ ada: hook.ada, id: other.json.id })).toMatchObject([{ type: "security.audit.broken" }]);
});

test("while the secret changes over, both sign", async () => {
  const hook = await listen();
  const rotated = await api.call("POST", `/v1/webhooks/${hook.id}/secret`, { as: hook.ada, body: {} });
  expect(rotated.json.secret).not.toBe(hook.secret);
  await raise(hook.ada);
  const [delivery] = await deliveriesOf(hook);
  await deliverWebhook(api.system, { deliveryId: delivery.id, attempts: 0 });
  const [{ headers, body }] = received as [Received];
  for (const secret of [hook.secret, rotated.json.secret])
    expect(verifyWebhook(headers, body, { secrets: [secret], now: new Date() }).isValid).toBe(true);
});

test("a failure is tried again for a day under the same id, then given up and told; a redirect is a failure", async () => {
  const hook = await listen();
  answer = { status: 302, headers: { location: url } };
  await raise(hook.ada);
  const [{ id }] = await deliveriesOf(hook);
  await deliverWebhook(api.system, { deliveryId: id, attempts: 0 });
  const [first] = await deliveriesOf(hook);
  expect(first).toMatchObject({ state: "pending", attempts: 1, responseStatus: null, error: expect.stringContaining("redirect") });
  expect(Date.parse(first.nextAttemptAt) - Date.now()).toBeGreaterThan(3_000);
  answer = { status: 500 };
  let waited = 0;
  for (let attempts = 1; attempts < 8; attempts++) {
    await deliverWebhook(api.system, { deliveryId: id, attempts });
    const [row] = await deliveriesOf(hook);
    if (row.nextAttemptAt) waited += Date.parse(row.nextAttemptAt) - Date.now();
  }
  expect(waited).toBeGreaterThan(20 * 3_600_000);
  expect(await deliveriesOf(hook)).toMatchObject([{ state: "failed", attempts: 8, error: "It answered 500." }]);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
  const { rows } = await api.system.pool.query(
    "SELECT count(*)::int FROM pgboss.job WHERE name = 'deliver-webhook' AND data->>'deliveryId' = $1",
    [id],
  );
  expect(rows[0].count).toBeGreaterThanOrEqual(7);
  // Sent again by hand, it goes out under its own id.
  answer = { status: 204 };
  expect((await api.call("POST", `/v1/webhook-deliveries/${id}/redeliver`, { as: hook.ada, body: {} })).status).toBe(202);
  await deliverWebhook(api.system, { deliveryId: id, attempts: 0 });
  expect(await deliveriesOf(hook)).toMatchObject([{ id, state: "delivered", attempts: 1 }]);
  expect((await api.call("POST", `/v1/webhook-deliveries/${id}/redeliver`, { as: await api.person("owner"), body: {} })).status).toBe(404);
});

test("T-23 an answer 410 switches the webhook off; a person switches it on again", async () => {
  const hook = await listen();
  answer = { status: 410 };
  await raise(hook.ada);
  const [{ id }] = await deliveriesOf(hook);
  await deliverWebhook(api.system, { deliveryId: id, attempts: 0 });
  const { json } = await api.call("GET", "/v1/webhooks", { as: hook.ada });
  expect(json.data).toMatchObject([{ isEnabled: false, disabledBecause: expect.stringContaining("410") }]);
  await raise(hook.ada);
  expect(await deliveriesOf(hook)).toHaveLength(1);
  expect((await api.call("POST", `/v1/webhooks/${hook.id}/test`, { as: hook.ada, body: {} })).status).toBe(409);
  const on = await api.call("PATCH", `/v1/webhooks/${hook.id}`, { as: hook.ada, body: { isEnabled: true } });
  expect(on.json).toMatchObject({ isEnabled: true, disabledBecause: null });
});

test("T-09 a webhook reaches no private address", async () => {
  const { port } = new URL(url);
  const hook = await listen({ url: `http://localhost:${port}/hook` });
  const test = await api.call("POST", `/v1/webhooks/${hook.id}/test`, { as: hook.ada, body: {} });
  await deliverWebhook(api.system, { deliveryId: test.json.id, attempts: 0 });
  expect(received).toEqual([]);
  expect(await deliveriesOf(hook)).toMatchObject([{ type: "webhook.test", state: "pending", responseStatus: null }]);
});

test("who may not see security sees no webhook; addresses hold no password; there are twenty at most", async () => {
  const { ada } = await listen();
  const builder = await api.person("builder", ada.actor.workspaceId);
  expect((await api.call("GET", "/v1/webhooks", { as: builder })).status).toBe(403);
  expect((await api.call("POST", "/v1/webhooks", { as: builder, body: { url } })).status).toBe(403);
  for (const bad of ["https://user:pass@example.com/", "ftp://example.com/", "not a url"])
    expect((await api.call("POST", "/v1/webhooks", { as: ada, body: { url: bad } })).status).toBe(400);
  const made = await Promise.all(Array.from({ length: 24 }, () => api.call("POST", "/v1/webhooks", { as: ada, body: { url } })));
  expect(made.filter(({ status }) => status === 201)).toHaveLength(19);
  expect(made.filter(({ status }) => status === 409)).toHaveLength(5);
});
