import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Run } from "@crew/contracts/runs";
import type { Actor } from "@crew/core/access/actor";
import { createCrew } from "@crew/core/crews/create-crew";
import { updateCrew } from "@crew/core/crews/update-crew";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { fakeProviderSettings } from "@crew/testing/fake-provider/fake-provider-settings";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorker } from "./app.ts";

let fake: FakeProvider;
let system: TestSystem;
let actor: Actor;
let site: Server;
let host: string;
let asked: string[] = [];
beforeAll(async () => {
  site = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(request.url === "/away" ? 503 : 200).end(`page ${asked.length}`);
  });
  await once(site.listen(0, "127.0.0.1"), "listening");
  host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
  fake = await startFakeProvider();
  system = await openTestSystem({ config: { modelProviders: [fakeProviderSettings(fake)], egressAllow: [host] } });
  actor = await createActor(system);
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
  site.close();
});

const ctx = () => ({ ...system, actor });
const get = (path: string) => ({ toolCalls: [{ name: "http_get", arguments: { url: `http://${host}${path}` } }] });

function crew(toolCache: boolean, description = "") {
  const { agents, tasks } = buildCrew();
  return buildCrew({
    model: "fake/fake-model",
    toolCache,
    egressHosts: ["*"],
    description,
    agents: agents.slice(0, 1).map((agent) => ({ ...agent, goal: "Help", tools: ["http_get"] })),
    tasks: tasks.slice(0, 1).map((task) => ({ ...task, description: "Do the work" })),
  });
}

/** A run in which the agent reads these pages; what it was told of each. */
async function readIn(crewId: string, paths: string[]): Promise<{ run: Run; told: Record<string, unknown>[] }> {
  fake.setScript({ entries: [...paths.map(get), { text: "done" }].map((reply) => ({ ...reply, times: 1 })) });
  const { id } = await startRun(ctx(), crewId, { inputs: {}, documents: [] });
  const run = await untilRun(system, actor, id);
  expect(run.state).toBe("succeeded");
  const events = await listRunEvents(ctx(), id, { after: 0, limit: 1_000 });
  return {
    run,
    told: events.data.filter(({ type }) => type.startsWith("tool_usage_") && type !== "tool_usage_started").map(({ data }) => data),
  };
}

test("a crew that asks for it is answered from what a reading tool said before, with its marks, until the crew changes", async () => {
  await using _worker = await startWorker(system, { capacity: 2 });
  const { id } = await createCrew(ctx(), crew(true));
  asked = [];
  const first = await readIn(id, ["/a"]);
  const second = await readIn(id, ["/a", "/b"]);
  expect(asked).toEqual(["/a", "/b"]);
  expect(first.told).toMatchObject([{ result: expect.stringContaining("page 1"), tainted: true, taintedBy: [`http_get ${host}`] }]);
  expect(first.told[0]).not.toHaveProperty("fromCache");
  expect(second.told).toMatchObject([
    { result: first.told[0]?.result, fromCache: true, tainted: true, taintedBy: [`http_get ${host}`] },
    { result: expect.stringContaining("page 2") },
  ]);
  expect([first.run.totals.toolCalls, second.run.totals.toolCalls]).toEqual([1, 1]);
  await updateCrew(ctx(), id, crew(true, "another version"), { ifMatch: undefined });
  await readIn(id, ["/a"]);
  expect(asked).toEqual(["/a", "/b", "/a"]);
});

test("another crew, one that does not ask for it, and what went wrong are asked for anew", async () => {
  await using _worker = await startWorker(system, { capacity: 2 });
  const [keeps, other, plain] = await Promise.all([true, true, false].map((toolCache) => createCrew(ctx(), crew(toolCache))));
  asked = [];
  for (const one of [keeps, other, plain, plain]) await readIn(one?.id ?? "", ["/c"]);
  expect(asked).toEqual(["/c", "/c", "/c", "/c"]);
  asked = [];
  for (const one of [keeps, keeps])
    expect((await readIn(one?.id ?? "", ["/away"])).told).toMatchObject([{ error: { code: "tool_failed" } }]);
  expect(asked).toEqual(["/away", "/away"]);
});
