import { CreateModelProvider } from "@crew/contracts/model-providers";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { createModelProvider } from "@crew/core/model-providers/create-model-provider";
import { deleteModelProvider } from "@crew/core/model-providers/delete-model-provider";
import { listModels } from "@crew/core/model-providers/list-models";
import { testModelProvider } from "@crew/core/model-providers/test-model-provider";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { egressEntryContract } from "@crew/testing/egress-entry-contract";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;

beforeAll(async () => {
  fake = await startFakeProvider();
  const base = { kind: "openai-compatible" as const, apiKey: "sk-fake-0001", models: [] };
  const provider = { ...base, name: "fake", baseUrl: `${fake.url}/v1`, isTrusted: true };
  system = await openTestSystem({ config: { modelProviders: [provider] } });
  actor = await createActor(system);
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});

const ctx = () => ({ ...system, actor });

test.each(["http_get", "http_post"])("T-09 %s reaches no address of the corpus [ASVS 1.3.6]", { timeout: 120_000 }, async (tool) => {
  await using _worker = await startWorker(system, { capacity: 8 });
  const { agents, tasks } = buildCrew();
  const crew = buildCrew({
    model: "fake/fake-model",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: [tool] })),
    tasks: tasks.slice(0, 1),
    egressHosts: tool === "http_get" ? ["*"] : [],
  });
  const { id } = await createCrew(ctx(), crew);
  const results: string[] = [];
  const { tried, rejected } = await egressEntryContract(async (url) => {
    const args = { url, ...(tool === "http_post" && { body: { a: 1 } }) };
    fake.setScript({ entries: [{ toolCalls: [{ name: tool, arguments: args }] }, { text: "end" }] });
    const run = await startRun(ctx(), id, { inputs: { topic: "x" }, documents: [] });
    await untilRun(system, actor, run.id);
    const { data } = await listRunEvents(ctx(), run.id, { after: 0, limit: 50 });
    const error = data.find(({ type }) => type === "tool_usage_error");
    if (!error) return;
    results.push((error.data.error as { message: string }).message);
    throw new Error("refused");
  });
  expect([tried >= 120, rejected]).toEqual([true, tried]);
  expect(results.join(" ")).not.toMatch(/ECONN|refused by|canary/);
});

test("T-09 a workspace's model provider is saved, tested, listed and called without reaching an address of the corpus [ASVS 1.3.6]", async () => {
  const { tried } = await egressEntryContract(async (url) => {
    const input = CreateModelProvider.parse({ kind: "openai-compatible", name: "probe", baseUrl: url, models: ["m"], apiKey: "sk-1" });
    const { id } = await createModelProvider(ctx(), input);
    if (id === null) throw new Error("a kept provider has an id");
    try {
      expect((await testModelProvider(ctx(), id)).ok, url).toBe(false);
      await listModels(ctx());
      const route = system.models.route({ ...input, apiKey: "sk-1", isTrusted: false }, "m");
      const request = { model: "probe/m", messages: [{ role: "user" as const, content: "hi" }], tools: [] };
      await expect(route.stream(request, { signal: AbortSignal.timeout(5_000), onText: () => {} }), url).rejects.toThrow();
    } finally {
      await deleteModelProvider(ctx(), id);
    }
  });
  expect(tried).toBeGreaterThanOrEqual(120);
}, 120_000);
