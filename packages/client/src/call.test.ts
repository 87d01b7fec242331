import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { conversationEndpoints } from "@crew/contracts/conversations";
import { runEndpoints } from "@crew/contracts/runs";
import { sessionEndpoints } from "@crew/contracts/session";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, urlOf } from "./call.ts";
import { idempotencyKey } from "./idempotency-key.ts";

const seen: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[] = [];
let answer: { status: number; type?: string; body: string; headers?: Record<string, string> } = { status: 200, body: "{}" };
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    seen.push({ method: request.method, url: request.url, headers: request.headers, body });
    response.writeHead(answer.status, { "content-type": answer.type ?? "application/json", ...answer.headers });
    response.end(answer.body);
  });
});
let baseUrl = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const runId = "run_01jd000000e0000000000000aa";

test("substitutes and encodes parameters and leaves absent query parts out [ASVS 1.2.2]", () => {
  expect(urlOf(runEndpoints.get, { params: { runId: "a/b ?" } })).toBe("/v1/runs/a%2Fb%20%3F");
  expect(urlOf(runEndpoints.list, { query: { state: "running", cursor: undefined, limit: 5 } })).toBe("/v1/runs?state=running&limit=5");
  expect(() => urlOf(runEndpoints.get, {})).toThrow("runId");
});

test("sends method, body, headers, and answers with the parsed body", async () => {
  answer = { status: 202, body: JSON.stringify({ message: { id: "m" }, answer: { id: "a" } }) };
  const sent = await call(conversationEndpoints.send, {
    params: { conversationId: "conversation_01jd000000e0000000000000aa" },
    body: { clientMessageId: "c1", content: "Hello" },
    headers: idempotencyKey(),
    baseUrl,
  });
  expect(sent.answer.id).toBe("a");
  const request = seen.at(-1);
  expect(request).toMatchObject({ method: "POST", url: "/v1/conversations/conversation_01jd000000e0000000000000aa/messages" });
  expect(JSON.parse(request?.body ?? "")).toEqual({ clientMessageId: "c1", content: "Hello" });
  expect(request?.headers["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
});

test("sends an empty object where the body may be absent, and nothing with a GET", async () => {
  answer = { status: 201, body: JSON.stringify({ ticket: "t", expiresAt: "2026-01-01T00:00:00Z" }) };
  expect((await call(sessionEndpoints.socketTicket, { baseUrl })).ticket).toBe("t");
  expect(seen.at(-1)?.body).toBe("{}");
  answer = { status: 200, body: "{}" };
  await call(sessionEndpoints.me, { baseUrl });
  expect(seen.at(-1)?.body).toBe("");
});

test("answers null to 204", async () => {
  answer = { status: 204, body: "" };
  expect(await call(conversationEndpoints.delete, { params: { conversationId: "c" }, baseUrl })).toBeNull();
});

test("rejects with the problem as it was written", async () => {
  const problem = {
    type: "about:blank",
    title: "Invalid",
    status: 400,
    detail: "Two fields are wrong.",
    code: "invalid",
    requestId: "req_1",
    issues: [{ path: "inputs.topic", message: "is needed" }],
  };
  answer = { status: 400, type: "application/problem+json; charset=utf-8", body: JSON.stringify(problem) };
  await expect(call(runEndpoints.get, { params: { runId }, baseUrl })).rejects.toMatchObject({
    name: "ApiError",
    code: "invalid",
    status: 400,
    message: "Two fields are wrong.",
    requestId: "req_1",
    issues: problem.issues,
  });
});

test("says in plain words what a proxy said in HTML, and how long to wait", async () => {
  answer = { status: 502, type: "text/html", body: "<h1>Bad gateway</h1>", headers: { "retry-after": "3" } };
  const error = await call(runEndpoints.get, { params: { runId }, baseUrl }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "unavailable", status: 502, retryAfterMs: 3_000 });
  expect((error as Error).message).not.toContain("<");
});

test("a network failure is unavailable, an abort stays an abort", async () => {
  await expect(call(runEndpoints.get, { params: { runId }, baseUrl: "http://127.0.0.1:9" })).rejects.toMatchObject({
    code: "unavailable",
    status: 0,
  });
  const stop = new AbortController();
  stop.abort();
  await expect(call(runEndpoints.get, { params: { runId }, baseUrl, signal: stop.signal })).rejects.toMatchObject({ name: "AbortError" });
});

test("an answer that is cut short is an error, not half a value", async () => {
  answer = { status: 200, body: '{"id": "run_' };
  await expect(call(runEndpoints.get, { params: { runId }, baseUrl })).rejects.toMatchObject({ code: "unavailable" });
});
