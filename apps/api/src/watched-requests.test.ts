import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { IdPrefix } from "@crew/contracts/ids";
import { HISTOGRAMS, type HistogramName } from "@crew/core/metrics";
import { traceScope } from "@crew/platform/telemetry/trace-scope";
import { buildCrew } from "@crew/testing/build-crew";
import { openTestApi } from "@crew/testing/open-test-api";
import { startTraceCollector } from "@crew/testing/start-trace-collector";
import { temporaryDataDir } from "@crew/testing/temporary-data-dir";
import { expect, test } from "vitest";
import { buildApi } from "./app.ts";

test("a request is a span, a figure and log lines that name it, whatever its body came by", async () => {
  using folder = temporaryDataDir();
  await using collector = await startTraceCollector();
  const logFile = join(folder.path, "api.log");
  const away = {
    kind: "openai-compatible" as const,
    name: "away",
    baseUrl: "http://127.0.0.1:1/v1",
    apiKey: null,
    models: [],
    isTrusted: true,
  };
  const traces = { endpoint: collector.endpoint, headers: {}, sample: 1 };
  await using site = await openTestApi({ system: { config: { logFile, logLevel: "debug", traces, modelProviders: [away] } } });
  const seconds: string[] = [];
  const made = new Map<string, string | undefined>();
  const system = {
    ...site.system,
    metrics: {
      count() {},
      observe(name: HistogramName, labels: Record<string, string>) {
        expect(Object.keys(labels)).toEqual(HISTOGRAMS[name].labels);
        seconds.push(`${labels.method} ${labels.route}`);
      },
      gauge() {},
    },
    newId(prefix: IdPrefix) {
      const id = site.system.newId(prefix);
      made.set(prefix, traceScope.getStore()?.traceId);
      return id;
    },
  };
  await using api = await buildApi(system);
  await api.listen({ host: "127.0.0.1", port: 0 });
  // A client's connection that nothing was asked on yet would hold the end of the server.
  using _cut = { [Symbol.dispose]: () => api.server.closeAllConnections() };
  const origin = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`;
  const ada = await site.person();
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { authorization: `Bearer ${ada.key}`, ...init.headers } });

  const models = await ask("/v1/models");
  await models.text();
  await (await ask("/v1/models?token=do-not-tell")).text();
  const created = await ask("/v1/crews", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(buildCrew()),
  });
  expect(created.status).toBe(201);
  const { id } = (await created.json()) as { id: string };
  const begun = await ask(`/v1/crews/${id}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ inputs: { topic: "tides" } }),
  });
  const run = (await begun.json()) as { id: string };
  const stream = await ask(`/v1/runs/${run.id}/events`, { headers: { accept: "text/event-stream" } });
  expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
  await stream.body?.cancel();

  const span = (name: string) => collector.spans.find((one) => one.name === name);
  await expect.poll(() => span("GET /v1/runs/:runId/events"), { timeout: 10_000 }).toBeDefined();
  const requestId = models.headers.get("x-request-id");
  expect(span("GET /v1/models")).toMatchObject({
    service: "crew-tool",
    attributes: { "crew.request.id": requestId, "http.response.status_code": models.status, "crew.workspace.id": ada.actor.workspaceId },
  });
  expect(collector.bodies.join("")).not.toContain("do-not-tell");
  // The verb ran inside the span, also behind a body that came in pieces.
  expect(made.get("crew")).toBe(span("POST /v1/crews")?.traceId);
  const lines = readFileSync(logFile, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const told = lines.find(({ msg }) => msg === "a model provider did not list its models");
  expect(told).toMatchObject({ requestId, traceId: span("GET /v1/models")?.traceId, provider: "away" });
  expect(seconds).toEqual(["GET /v1/models", "GET /v1/models", "POST /v1/crews", "POST /v1/crews/:crewId/runs"]);
});

test("without a collector a request has no hooks of traces and no span", async () => {
  await using site = await openTestApi();
  let span: unknown = "unread";
  await using api = await buildApi(site.system);
  api.addHook("onSend", (request, _reply, _payload, done) => {
    span = request.span;
    done();
  });
  await api.ready();
  expect((await api.inject({ url: "/healthz", headers: { host: "localhost:3000" } })).statusCode).toBe(200);
  expect(span).toBeNull();
});
