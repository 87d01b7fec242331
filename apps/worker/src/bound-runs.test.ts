import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CrewInput } from "@crew/contracts/crews";
import { uuidFromTypeId } from "@crew/contracts/ids";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { cancelAllRuns } from "@crew/core/runs/cancel-all-runs";
import { startRun } from "@crew/core/runs/start-run";
import type { EngineTool } from "@crew/engine/tool";
import { BUILTIN_TOOLS } from "@crew/engine/tools/builtin-tools";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
let toolCalls: number[];

const ping: EngineTool = {
  name: "ping",
  class: "read",
  description: "Pings",
  parameters: { type: "object", properties: { count: { type: "integer" } }, required: ["count"], additionalProperties: false },
  run: async () => {
    toolCalls.push(Date.now());
    return "pong";
  },
};
const TOOLS = [...BUILTIN_TOOLS, ping];

beforeAll(async () => {
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)] } });
  actor = await createActor(system);
  await system.pool.query(
    "INSERT INTO tools (id, workspace_id, name, kind, class, description, parameters) VALUES ($1, $2, 'ping', 'builtin', 'read', '', '{}')",
    [randomUUID(), uuidFromTypeId(actor.workspaceId)],
  );
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});
beforeEach(() => {
  toolCalls = [];
  fake.clearJournal();
});

const ctx = () => ({ ...system, actor });

function pinger(maxIterations: number): CrewInput {
  const { agents, tasks } = buildCrew();
  return buildCrew({
    model: "fake/fake-model",
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["ping"], maxIterations })),
    tasks: tasks.slice(0, 1),
  });
}

async function start(maxIterations = 100): Promise<Run> {
  const { id } = await createCrew(ctx(), pinger(maxIterations));
  return startRun(ctx(), id, { inputs: { topic: "x" }, documents: [] });
}

test("T-19 with 100 active runs stopped at once, no model or tool call starts later than 2 s after", { timeout: 90_000 }, async () => {
  fake.setScript({ defaults: { turns: 1_000, firstByteDelayMs: 200 } });
  await using _worker = await startWorker(system, { capacity: 100, tools: TOOLS });
  const { id } = await createCrew(ctx(), pinger(100));
  const runs = [];
  for (let i = 0; i < 100; i++) runs.push(await startRun(ctx(), id, { inputs: { topic: "x" }, documents: [] }));
  for (const run of runs) await untilRun(system, actor, run.id, ({ state }) => state === "running");
  const { ended, stopping } = await cancelAllRuns(ctx(), { crewId: null });
  const stopped = Date.now();
  expect([ended, stopping]).toEqual([0, 100]);
  for (const run of runs) expect((await untilRun(system, actor, run.id)).state).toBe("cancelled");
  // Long enough for a call that had been begun late to be seen.
  await sleep(2_500);
  const late = [...fake.journal.map(({ at }) => Date.parse(at)), ...toolCalls].filter((at) => at > stopped + 2_000);
  expect(late).toEqual([]);
  expect(fake.journal.length).toBeGreaterThan(100);
});

describe("a run without an end", () => {
  const always = (count: (turn: number) => number) =>
    Array.from({ length: 60 }, (_, turn) => ({ toolCalls: [{ name: "ping", arguments: { count: count(turn) } }] }));

  test("T-25 a model that always asks for a tool makes as many calls as it may, and not one more [ASVS 15.2.2]", async () => {
    fake.setScript({ entries: always((turn) => turn) });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS });
    const run = await untilRun(system, actor, (await start(7)).id);
    expect(run).toMatchObject({ state: "failed", error: { code: "max_iterations" }, totals: { modelCalls: 7, toolCalls: 6 } });
    expect([fake.journal.length, toolCalls.length]).toEqual([7, 6]);
  });

  test.each([
    ["repeats itself", () => 1, 3, 2],
    ["alternates", (turn: number) => turn % 2, 8, 7],
  ])("T-25 a model that %s is stopped by name", async (_, count, turns, calls) => {
    fake.setScript({ entries: always(count) });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS });
    const run = await untilRun(system, actor, (await start()).id);
    // One more model call asks for the final answer; none of the turn that closes the loop is run.
    expect(run).toMatchObject({ state: "failed", error: { code: "tool_loop" }, totals: { modelCalls: turns + 1, toolCalls: calls } });
    expect([fake.journal.length, toolCalls.length]).toEqual([turns + 1, calls]);
  });

  test.each([
    ["max_model_calls", { modelCalls: 5, toolCalls: 100 }, 5, 5],
    ["max_tool_calls", { modelCalls: 100, toolCalls: 4 }, 5, 4],
  ])("T-25 a run stops at its own limit, exactly: %s", async (code, limits, models, tools) => {
    fake.setScript({ entries: always((turn) => turn) });
    await using _worker = await startWorker(system, { capacity: 4, tools: TOOLS, limits });
    const run = await untilRun(system, actor, (await start()).id);
    expect(run).toMatchObject({ state: "failed", error: { code } });
    expect([fake.journal.length, toolCalls.length]).toEqual([models, tools]);
  });
});
