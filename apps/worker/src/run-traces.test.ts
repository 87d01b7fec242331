import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { uuidFromTypeId } from "@crew/contracts/ids";
import { COUNTERS, type CounterName, HISTOGRAMS, type HistogramName } from "@crew/core/metrics";
import { buildCrew } from "@crew/testing/build-crew";
import { executeUnleased } from "@crew/testing/execute-unleased";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestApi } from "@crew/testing/open-test-api";
import { type CollectedSpan, startTraceCollector } from "@crew/testing/start-trace-collector";
import { untilRun } from "@crew/testing/until-run";
import { expect, test } from "vitest";
import { startWorker } from "./app.ts";

const PROMPT = "the-secret-tide-tables";
const ANSWER = "what-the-model-has-said";
const HOOK_TOKEN = "token-in-an-address";
const WORDS = "6*7*7654321";

const { agents, tasks } = buildCrew();
/** One agent with a tool, which is asked for in the first turn. */
const crew = buildCrew({
  model: "fake/fake-model",
  agents: [{ ...agents[0], key: "scout", role: "Scout", goal: "Find", tools: ["calculator"] }],
  tasks: [{ ...tasks[0], key: "find", description: `Find {topic} ${PROMPT}`, expectedOutput: "Facts", agent: "scout" }],
});

/** Takes webhooks, and none of them well. */
async function startHook(): Promise<{ host: string } & AsyncDisposable> {
  const server = createServer((_request, response) => response.writeHead(418).end("no"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("a run is one trace over the workers that took it up, linked from its request, and says nothing of what was said", async () => {
  await using collector = await startTraceCollector();
  await using fake = await startFakeProvider();
  await using hook = await startHook();
  const traces = { endpoint: collector.endpoint, headers: {}, sample: 1 };
  const config = { traces, modelProviders: [fakeProviderSettings(fake)], egressAllow: [hook.host] };
  await using site = await openTestApi({ system: { config } });
  const { system, call } = site;
  const ada = await site.person();
  const toolCall = { toolCalls: [{ name: "calculator", arguments: { expression: WORDS } }] };
  // The first worker is lost while its call hangs, the second asks again.
  fake.setScript({ entries: [{ fault: { type: "hang" } }, toolCall, { text: ANSWER }] });
  await call("POST", "/v1/webhooks", { as: ada, body: { url: `http://${hook.host}/${HOOK_TOKEN}`, events: ["run.succeeded"] } });
  const { json: made } = await call("POST", "/v1/crews", { as: ada, body: crew });
  const { json: run } = await call("POST", `/v1/crews/${made.id}/runs`, { as: ada, body: { inputs: { topic: PROMPT } } });
  const lost = await executeUnleased(system);
  await expect.poll(() => fake.journal.length, { timeout: 10_000 }).toBeGreaterThan(0);
  lost.die();
  await lost.done;
  await using _worker = await startWorker(system, { capacity: 2 });
  await untilRun(system, ada.actor, run.id);

  const named = (name: string) => collector.spans.filter((span) => span.name === name);
  await expect.poll(() => named("run crew").length, { timeout: 10_000 }).toBe(1);
  const [root] = named("run crew") as [CollectedSpan];
  expect(root).toMatchObject({ parentSpanId: null, attributes: { "crew.run.id": run.id, "crew.run.state": "succeeded" } });
  const [request] = named("POST /v1/crews/:crewId/runs") as [CollectedSpan];
  expect(request.links).toEqual([{ traceId: root.traceId, spanId: root.spanId }]);
  expect(request).toMatchObject({ kind: 2, attributes: { "http.response.status_code": 202, "http.route": "/v1/crews/:crewId/runs" } });
  const attempts = named("invoke_workflow attempt");
  expect(
    attempts.map(({ parentSpanId, attributes }) => [parentSpanId, attributes["crew.run.attempt"], attributes["crew.run.state"]]),
  ).toEqual([
    [root.spanId, 1, "given_back"],
    [root.spanId, 2, "succeeded"],
  ]);
  const inTrace = collector.spans.filter(({ traceId }) => traceId === root.traceId);
  const parentOf = (span: CollectedSpan) => inTrace.find(({ spanId }) => spanId === span.parentSpanId)?.name;
  const calls = inTrace.filter(({ name }) => name === "chat fake-model");
  expect(calls.map(({ status }) => status)).toEqual([2, 0, 0]);
  expect(calls.map(parentOf)).toEqual(["step model", "step model", "step model"]);
  expect(calls.at(-1)).toMatchObject({
    kind: 3,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai-compatible",
      "gen_ai.request.model": "fake-model",
      "gen_ai.usage.input_tokens": expect.any(Number),
      "gen_ai.usage.output_tokens": expect.any(Number),
      "gen_ai.response.finish_reasons": ["stop"],
    },
  });
  expect(calls[0]?.attributes["error.type"]).toBe("aborted");
  const [tool] = inTrace.filter(({ name }) => name === "execute_tool calculator") as [CollectedSpan];
  expect(parentOf(tool)).toBe("step tool");
  expect(tool.attributes).toMatchObject({ "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "calculator" });
  expect(inTrace.filter(({ name }) => name.startsWith("step ")).every((step) => parentOf(step) === "invoke_workflow attempt")).toBe(true);
  await expect.poll(() => named("deliver webhook").length, { timeout: 10_000 }).toBe(1);
  expect(named("deliver webhook")[0]).toMatchObject({
    traceId: root.traceId,
    parentSpanId: root.spanId,
    kind: 3,
    status: 2,
    attributes: {
      "server.address": "127.0.0.1",
      "crew.event.type": "run.succeeded",
      "http.response.status_code": 418,
      "error.type": "418",
    },
  });
  const sent = collector.bodies.join("\n");
  for (const secret of [PROMPT, ANSWER, WORDS, HOOK_TOKEN, ada.key, "sk-fake-0001"]) expect(sent).not.toContain(secret);
});

test("what a run takes is in the figures, with labels from their lists, and counts each thing once", async () => {
  await using fake = await startFakeProvider();
  await using site = await openTestApi({ system: { config: { modelProviders: [fakeProviderSettings(fake)] } } });
  const seen: string[] = [];
  let waited = 0;
  const metrics = {
    count(name: CounterName, labels: Record<string, string>) {
      expect(Object.keys(labels)).toEqual(COUNTERS[name].labels);
    },
    observe(name: HistogramName, labels: Record<string, string>, seconds: number) {
      expect(Object.keys(labels)).toEqual(HISTOGRAMS[name].labels);
      expect(seconds).toBeGreaterThanOrEqual(0);
      if (name === "run_start_seconds") waited = seconds;
      seen.push([name, ...Object.values(labels)].join(" "));
    },
    gauge() {},
  };
  const system = { ...site.system, metrics };
  const ada = await site.person();
  fake.setScript({
    entries: [{ toolCalls: [{ name: "calculator", arguments: { expression: "6*7" } }] }, { text: ANSWER }, { fault: { type: "hang" } }],
  });
  const start = async () => {
    const { json: made } = await site.call("POST", "/v1/crews", { as: ada, body: crew });
    return (await site.call("POST", `/v1/crews/${made.id}/runs`, { as: ada, body: { inputs: { topic: PROMPT } } })).json.id as string;
  };
  // Accepted long before there was a worker.
  const early = await start();
  await system.pool.query("UPDATE runs SET created_at = created_at - interval '7 seconds' WHERE id = $1", [uuidFromTypeId(early)]);
  await using _worker = await startWorker(system, { capacity: 2 });
  await untilRun(system, ada.actor, early);
  await expect
    .poll(() => seen.toSorted(), { timeout: 10_000 })
    .toEqual([
      "model_call_seconds fake completed",
      "model_call_seconds fake completed",
      "model_first_word_seconds fake",
      "run_seconds crew succeeded",
      "run_start_seconds crew",
      "step_seconds model completed",
      "step_seconds model completed",
      "step_seconds tool completed",
    ]);
  expect(waited).toBeGreaterThanOrEqual(7);
  seen.length = 0;
  const stopped = await start();
  await expect.poll(() => fake.journal.length, { timeout: 10_000 }).toBe(3);
  await site.call("POST", `/v1/runs/${stopped}/cancel`, { as: ada });
  await untilRun(system, ada.actor, stopped);
  await expect
    .poll(() => seen.toSorted(), { timeout: 10_000 })
    .toEqual([
      "model_call_seconds fake aborted",
      "run_seconds crew cancelled",
      "run_start_seconds crew",
      "run_stop_seconds cancelled",
      "step_seconds model interrupted",
    ]);
});
