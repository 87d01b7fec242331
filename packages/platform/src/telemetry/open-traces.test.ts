import { createHash } from "node:crypto";
import { silentLog } from "@crew/testing/silent-log";
import { startTraceCollector } from "@crew/testing/start-trace-collector";
import { expect, test } from "vitest";
import { openTraces } from "./open-traces.ts";
import { runTraceIds } from "./run-trace-ids.ts";
import { traceScope } from "./trace-scope.ts";

const counts: [string, Record<string, string>, number | undefined][] = [];
const metrics = {
  count: (...one: [string, Record<string, string>, number?]) => void counts.push([one[0], one[1], one[2]]),
  observe() {},
  gauge() {},
};

function open(endpoint: string, more: { sample?: number; headers?: Record<string, string> } = {}) {
  const settings = { endpoint, headers: more.headers ?? {}, sample: more.sample ?? 1 };
  const about = { service: "crew-test", instance: "one", version: "1.2.3", log: silentLog, metrics, delayMs: 20 };
  return openTraces(settings, about);
}

test("spans lie below each other, a run's in a trace of its own that follows from its id", async () => {
  await using collector = await startTraceCollector();
  await using traces = await open(`${collector.endpoint}/`, { headers: { authorization: "Bearer abc" } });
  await traces.span({ name: "request", kind: "server", attributes: { "http.route": "/v1/runs" } }, async (request) => {
    request.link("run_1");
    expect(traceScope.getStore()?.traceId).toMatch(/^[0-9a-f]{32}$/);
    await traces.span({ name: "inner", attributes: { gone: null, kept: ["a"] } }, async (span) => span.fail("boom"));
    await traces.span({ name: "attempt", attributes: {}, runId: "run_1" }, () =>
      traces.span({ name: "step", attributes: {} }, async () => 1),
    );
  });
  expect(traceScope.getStore()).toBeUndefined();
  const startedAt = new Date(Date.now() - 60_000).toISOString();
  traces.endRun({ runId: "run_1", name: "run crew", startedAt, attributes: {}, failure: "timeout" });
  await expect.poll(() => collector.spans.length, { timeout: 10_000 }).toBe(5);
  const of = (name: string) => collector.spans.find((span) => span.name === name);
  const [request, inner, attempt, step, run] = ["request", "inner", "attempt", "step", "run crew"].map(of);
  const ids = runTraceIds("run_1");
  // As docs/operations.md tells to find it.
  expect(ids.traceId).toBe(createHash("sha256").update("crew run run_1").digest("hex").slice(0, 32));
  expect(request).toMatchObject({
    service: "crew-test",
    parentSpanId: null,
    kind: 2,
    links: [ids],
    attributes: { "http.route": "/v1/runs" },
  });
  expect(inner).toMatchObject({ parentSpanId: request?.spanId, traceId: request?.traceId, status: 2 });
  expect(inner?.attributes).toEqual({ kept: ["a"], "error.type": "boom" });
  expect(attempt).toMatchObject({ traceId: ids.traceId, parentSpanId: ids.spanId });
  expect(step).toMatchObject({ traceId: ids.traceId, parentSpanId: attempt?.spanId });
  expect(run).toMatchObject({ ...ids, parentSpanId: null, status: 2, attributes: { "crew.run.id": "run_1", "error.type": "timeout" } });
  expect(run?.seconds).toBeGreaterThanOrEqual(60);
  expect(collector.headers.authorization).toBe("Bearer abc");
  expect(counts.filter(([name]) => name === "trace_spans").every(([, { outcome }]) => outcome === "sent")).toBe(true);
});

test("a part of all traces is kept, each run whole or not at all, the same in every process", async () => {
  await using collector = await startTraceCollector();
  await using one = await open(collector.endpoint, { sample: 0.5 });
  await using other = await open(collector.endpoint, { sample: 0.5 });
  const runs = Array.from({ length: 400 }, (_, index) => `run_${index}`);
  for (const traces of [one, other])
    for (const runId of runs) await traces.span({ name: "attempt", attributes: { runId }, runId }, async () => {});
  // What is not sent yet goes out with the end of each.
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  const kept = new Map<unknown, number>();
  for (const { attributes } of collector.spans) kept.set(attributes.runId, (kept.get(attributes.runId) ?? 0) + 1);
  expect(new Set(kept.values())).toEqual(new Set([2]));
  // The ids are fixed, so this number is too.
  expect(kept.size).toBeGreaterThan(150);
  expect(kept.size).toBeLessThan(250);
});

test("a collector that is away costs spans and nothing else, and is told of once", async () => {
  await using collector = await startTraceCollector();
  collector.answer(400);
  counts.length = 0;
  const told: string[] = [];
  const log = {
    ...silentLog,
    warn: (_: object, message: string) => void told.push(message),
    info: (_: object, message: string) => void told.push(message),
  };
  const settings = { endpoint: collector.endpoint, headers: {}, sample: 1 };
  await using traces = await openTraces(settings, { service: "s", instance: "i", version: "1", log: log as never, metrics, delayMs: 10 });
  const send = async (outcome: string) => {
    const before = counts.length;
    await expect(traces.span({ name: "work", attributes: {} }, async () => "done")).resolves.toBe("done");
    await expect.poll(() => counts.slice(before), { timeout: 10_000 }).toContainEqual(["trace_spans", { outcome }, 1]);
  };
  await send("lost");
  await send("lost");
  collector.answer(200);
  await send("sent");
  expect(told).toEqual(["the collector of traces takes no spans: they are lost, and nothing else is", "the collector of traces is back"]);
});
