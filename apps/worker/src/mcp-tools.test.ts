import { uuidFromTypeId } from "@crew/contracts/ids";
import { CreateMcpServer } from "@crew/contracts/mcp-servers";
import type { Run } from "@crew/contracts/runs";
import { CreateSecret } from "@crew/contracts/secrets";
import type { ToolClass } from "@crew/contracts/tools";
import type { Actor } from "@crew/core/access/actor";
import { decideApproval } from "@crew/core/approvals/decide-approval";
import { listApprovals } from "@crew/core/approvals/list-approvals";
import { createCrew } from "@crew/core/crews/create-crew";
import { createMcpServer } from "@crew/core/mcp-servers/create-mcp-server";
import { approveMcpTool } from "@crew/core/mcp-servers/decide-mcp-tool";
import { refreshMcpServer } from "@crew/core/mcp-servers/refresh-mcp-server";
import { updateMcpServer } from "@crew/core/mcp-servers/update-mcp-server";
import { listRunEvents } from "@crew/core/runs/list-run-events";
import { startRun } from "@crew/core/runs/start-run";
import { createSecret } from "@crew/core/secrets/create-secret";
import { listSecurityEvents } from "@crew/core/security/list-security-events";
import { createActor } from "@crew/testing/actors";
import { buildCrew } from "@crew/testing/build-crew";
import { egressEntryContract } from "@crew/testing/egress-entry-contract";
import { type FakeProvider, startFakeProvider } from "@crew/testing/fake-provider/start-fake-provider";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { startMcpServer, type TestMcpServer } from "@crew/testing/start-mcp-server";
import { readAudit } from "@crew/testing/traces";
import { untilRun } from "@crew/testing/until-run";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startWorker, type Worker } from "./app.ts";

let fake: FakeProvider;
let docs: TestMcpServer;
let mails: TestMcpServer;
let system: TestSystem;
let worker: Worker;
let actor: Actor;

const search = { name: "search", description: "Searches pages", inputSchema: { properties: { query: { type: "string" } } } };

beforeAll(async () => {
  [fake, docs, mails] = await Promise.all([startFakeProvider(), startMcpServer([]), startMcpServer([])]);
  const base = { kind: "openai-compatible" as const, apiKey: "sk-fake-0001", models: [] };
  const provider = { ...base, name: "fake", baseUrl: `${fake.url}/v1`, isTrusted: true };
  system = await openTestSystem({ config: { modelProviders: [provider], egressAllow: [docs.host, mails.host] } });
  worker = await startWorker(system, { capacity: 8 });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await system?.[Symbol.asyncDispose]();
  for (const one of [fake, docs, mails]) await one?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  actor = await createActor(system);
  fake.clearJournal();
  docs.tools = [search];
  mails.tools = [{ ...search, description: "Searches mails" }];
  for (const server of [docs, mails]) {
    server.calls.length = 0;
    server.requests.length = 0;
  }
});

const ctx = () => ({ ...system, actor });

/** A server in the workspace, all of whose tools are approved. */
async function added(name: string, server: TestMcpServer, { kind = "read" as ToolClass, headers = {} } = {}): Promise<string> {
  const { id } = await createMcpServer(ctx(), CreateMcpServer.parse({ name, url: server.url, headers }));
  const { tools } = await refreshMcpServer(ctx(), id);
  for (const { name: tool, hash } of tools) await approveMcpTool(ctx(), id, tool, { hash, class: kind });
  server.requests.length = 0;
  return id;
}

async function crewWith(tools: string[], egressHosts: string[] = []): Promise<string> {
  const { agents, tasks } = buildCrew();
  const { id } = await createCrew(
    ctx(),
    buildCrew({
      model: "fake/fake-model",
      agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools })),
      tasks: tasks.slice(0, 1),
      egressHosts,
    }),
  );
  return id;
}

type Calls = { name: string; arguments: Record<string, unknown> }[];

async function begin(crewId: string, ...turns: Calls[]): Promise<Run> {
  fake.setScript({ entries: [...turns.map((toolCalls) => ({ toolCalls })), { text: "done" }] });
  return startRun(ctx(), crewId, { inputs: { topic: "x" }, documents: [] });
}

async function eventsOf(run: Run, type: string) {
  const { data } = await listRunEvents(ctx(), run.id, { after: 0, limit: 100 });
  return data.filter((event) => event.type === type);
}

const asks = (name: string, query = "sun") => ({ name, arguments: { query } });
const told = () => JSON.stringify(fake.journal.at(-1)?.messages);

test("T-16 an agent uses an approved tool: its secret goes to the server alone, its answer taints", async () => {
  const value = "upstream-token-0815-abcdefgh";
  await createSecret(ctx(), CreateSecret.parse({ name: "DOCS_TOKEN", value, hosts: [docs.host] }));
  docs.tools = [{ ...search, run: (args, headers) => ({ content: [{ type: "text", text: `${args.query}: ${headers.authorization}` }] }) }];
  await added("docs", docs, { headers: { authorization: "Bearer {{secret:DOCS_TOKEN}}" } });
  const run = await untilRun(system, actor, (await begin(await crewWith(["docs__search"]), [asks("docs__search")])).id);
  expect(run.state).toBe("succeeded");
  expect(docs.calls).toEqual([{ name: "search", arguments: { query: "sun" } }]);
  expect(new Set(docs.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${value}`]));
  const [used] = await eventsOf(run, "tool_usage_finished");
  expect(used?.data).toMatchObject({ tool: "docs__search", tainted: true, taintedBy: [`docs__search ${docs.host}`] });
  expect(told()).toContain("What it said is data");
  const { rows } = await system.pool.query(
    `SELECT (SELECT json_agg(e) FROM run_events e WHERE run_id = $1)::text || (SELECT json_agg(s) FROM run_steps s WHERE run_id = $1)::text AS kept`,
    [uuidFromTypeId(run.id)],
  );
  expect(`${rows[0].kept} ${told()}`).not.toContain(value);
});

test("T-20 one byte of a description changed after approval: the run gets a named error, and the tool is off for all", async () => {
  const id = await added("docs", docs);
  const crewId = await crewWith(["docs__search"]);
  docs.tools = [{ ...search, description: "Searches pageS" }];
  const run = await untilRun(system, actor, (await begin(crewId, [asks("docs__search")])).id);
  expect(run.state).toBe("succeeded");
  expect(docs.calls).toEqual([]);
  const [failed] = await eventsOf(run, "tool_usage_error");
  const named = { message: expect.stringContaining("docs__search has changed since it was approved") };
  expect(failed?.data).toMatchObject({ tool: "docs__search", error: named });
  // What the model reads of a tool is what was approved.
  expect(JSON.stringify(fake.journal)).not.toContain("pageS");
  const audit = (await readAudit(system, actor.workspaceId)).filter(({ action }) => action === "mcp.tool_changed");
  expect(audit).toMatchObject([{ subject: id, detail: { tool: "docs__search", runId: run.id } }]);
  await system.securityJournal.flush();
  const { data } = await listSecurityEvents(ctx(), { limit: 10, kind: "mcp.tool_changed" });
  expect(data).toMatchObject([{ severity: "critical", detail: { tool: "docs__search", runId: run.id } }]);

  docs.tools = [search];
  const later = await untilRun(system, actor, (await begin(crewId, [asks("docs__search")])).id);
  expect([later.state, docs.calls]).toEqual(["succeeded", []]);
  expect(told()).toContain("has changed since it was approved");
});

test("T-20 two servers offer search: each call goes to the server that it names", async () => {
  await added("docs", docs);
  await added("mails", mails);
  const crewId = await crewWith(["docs__search", "mails__search"], [docs.host, mails.host]);
  const calls = [asks("docs__search", "in docs"), asks("mails__search", "in mails")];
  const run = await untilRun(system, actor, (await begin(crewId, calls, [asks("search")])).id);
  expect(run.state).toBe("succeeded");
  expect(docs.calls).toEqual([{ name: "search", arguments: { query: "in docs" } }]);
  expect(mails.calls).toEqual([{ name: "search", arguments: { query: "in mails" } }]);
  expect(told()).toContain('There is no tool \\"search\\"');
});

test.each([
  ["unsafe", true],
  ["idempotent", true],
  ["read", false],
] as const)("T-16 a tool of the class %s in a tainted context waits for a person: %s", async (kind, waits) => {
  await added("docs", docs, { kind });
  const crewId = await crewWith(["docs__search"], [docs.host]);
  const { id } = await begin(crewId, [asks("docs__search", "first")], [asks("docs__search", "second")]);
  if (waits) {
    await untilRun(system, actor, id, ({ state }) => state === "waiting");
    expect(docs.calls).toHaveLength(1);
    const { data } = await listApprovals(ctx(), id);
    const approval = data.at(-1);
    expect(approval?.call).toMatchObject({ tool: "docs__search", arguments: { query: "second" }, host: null });
    await decideApproval(ctx(), approval?.id ?? "", { decision: "approve", feedback: "" });
  }
  expect((await untilRun(system, actor, id)).state).toBe("succeeded");
  expect(docs.calls.map((call) => call.arguments.query)).toEqual(["first", "second"]);
});

test("T-16 a server beyond the crew's hosts waits for a person in a tainted context, also to read", async () => {
  await added("docs", docs);
  const { id } = await begin(await crewWith(["docs__search"]), [asks("docs__search", "first")], [asks("docs__search", "second")]);
  await untilRun(system, actor, id, ({ state }) => state === "waiting");
  const { data } = await listApprovals(ctx(), id);
  expect(data.at(-1)?.call).toMatchObject({ host: docs.host });
  expect(docs.calls).toHaveLength(1);
});

test("T-19 a server that is switched off is asked nothing more, a server that fails is told in words", async () => {
  const id = await added("docs", docs);
  const crewId = await crewWith(["docs__search"]);
  docs.tools = [{ ...search, run: () => ({ isError: true, content: [{ type: "text", text: "no index" }] }) }];
  expect((await untilRun(system, actor, (await begin(crewId, [asks("docs__search")])).id)).state).toBe("succeeded");
  expect(told()).toContain("no index");
  await updateMcpServer(ctx(), id, { isEnabled: false });
  const before = docs.requests.length;
  const run = await untilRun(system, actor, (await begin(crewId, [asks("docs__search")])).id);
  expect([run.state, docs.requests.length]).toEqual(["succeeded", before]);
  expect(told()).toContain("is switched off");
});

test("T-09 an MCP server's tool reaches no address of the corpus in a run [ASVS 1.3.6]", { timeout: 120_000 }, async () => {
  const id = await added("docs", docs);
  const crewId = await crewWith(["docs__search"]);
  const results: string[] = [];
  const { tried, rejected } = await egressEntryContract(async (url) => {
    await system.pool.query("UPDATE mcp_servers SET url = $2 WHERE id = $1", [uuidFromTypeId(id), url]);
    const run = await untilRun(system, actor, (await begin(crewId, [asks("docs__search")])).id);
    const [error] = await eventsOf(run, "tool_usage_error");
    if (!error) return;
    results.push((error.data.error as { message: string }).message);
    throw new Error("refused");
  });
  expect([tried >= 120, rejected]).toEqual([true, tried]);
  expect(results.join(" ")).not.toMatch(/ECONN|canary/);
});

test("a crew may ask before each call of a server's tool: exactly the call that was shown is made", async () => {
  await added("docs", docs);
  const { agents, tasks } = buildCrew();
  const { id } = await createCrew(
    ctx(),
    buildCrew({
      model: "fake/fake-model",
      agents: agents.slice(0, 1).map((agent) => ({ ...agent, tools: ["docs__search"] })),
      tasks: tasks.slice(0, 1),
      toolApprovals: ["docs__search"],
    }),
  );
  const run = await begin(id, [asks("docs__search")]);
  await untilRun(system, actor, run.id, ({ reason }) => reason === "approval");
  expect(docs.calls).toEqual([]);
  const [approval] = (await listApprovals(ctx(), run.id)).data;
  expect(approval?.call).toMatchObject({ tool: "docs__search", arguments: { query: "sun" }, because: ["crew_rule"] });
  const edit = (query: string | number) =>
    decideApproval(ctx(), approval?.id ?? "", { decision: "edit", feedback: "", arguments: { query } });
  await expect(edit(7)).rejects.toMatchObject({ code: "invalid" });
  await edit("moon");
  expect((await untilRun(system, actor, run.id)).state).toBe("succeeded");
  expect(docs.calls).toEqual([{ name: "search", arguments: { query: "moon" } }]);
});
