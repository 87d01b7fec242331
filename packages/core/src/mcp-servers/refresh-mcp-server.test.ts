import { CreateMcpServer } from "@crew/contracts/mcp-servers";
import { CreateSecret } from "@crew/contracts/secrets";
import { actingFor } from "@crew/core/access/acting-for";
import { createActor } from "@crew/testing/actors";
import { egressEntryContract } from "@crew/testing/egress-entry-contract";
import { openTestSystem, type TestSystem } from "@crew/testing/open-test-system";
import { startMcpServer, type TestMcpServer } from "@crew/testing/start-mcp-server";
import { readAudit } from "@crew/testing/traces";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCrew } from "../crews/create-crew.ts";
import { updateEgressRules } from "../egress/update-egress-rules.ts";
import { createSecret } from "../secrets/create-secret.ts";
import { listSecurityEvents } from "../security/list-security-events.ts";
import { listTools } from "../tools/list-tools.ts";
import { createMcpServer } from "./create-mcp-server.ts";
import { approveMcpTool, rejectMcpTool } from "./decide-mcp-tool.ts";
import { deleteMcpServer } from "./delete-mcp-server.ts";
import { getMcpServer } from "./get-mcp-server.ts";
import { listMcpServers } from "./list-mcp-servers.ts";
import { refreshMcpServer } from "./refresh-mcp-server.ts";
import { updateMcpServer } from "./update-mcp-server.ts";

let first: TestMcpServer;
let second: TestMcpServer;
let system: TestSystem;

beforeAll(async () => {
  first = await startMcpServer([]);
  second = await startMcpServer([]);
  system = await openTestSystem({ config: { egressAllow: [first.host, second.host] } });
});
afterAll(async () => {
  await system?.[Symbol.asyncDispose]();
  await first?.[Symbol.asyncDispose]();
  await second?.[Symbol.asyncDispose]();
});

const search = { name: "search", description: "Searches pages", inputSchema: { properties: { query: { type: "string" } } } };

async function start(tools = [search] as TestMcpServer["tools"]) {
  first.tools = tools;
  first.instead = undefined;
  first.requests.length = 0;
  second.requests.length = 0;
  const ctx = actingFor(system, await createActor(system));
  const create = (over: object = {}) => createMcpServer(ctx, CreateMcpServer.parse({ name: "docs", url: first.url, ...over }));
  return {
    ctx,
    create,
    tool: async (id: string) => (await getMcpServer(ctx, id)).tools.find(({ originalName }) => originalName === "search"),
  };
}

test("a server is added by its address and asked for its tools; what is approved is offered to crews", async () => {
  const { ctx, create } = await start();
  const server = await create();
  expect(server).toMatchObject({ name: "docs", isEnabled: true, tools: [], refreshedAt: null });
  expect(first.requests).toEqual([]);
  const refreshed = await refreshMcpServer(ctx, server.id);
  expect(refreshed.tools).toMatchObject([{ name: "docs__search", originalName: "search", state: "new", class: "unsafe", isOffered: true }]);
  expect(await listMcpServers(ctx)).toMatchObject({ data: [{ name: "docs", toolCounts: { new: 1, approved: 0 } }] });
  const named = async () => (await listTools(ctx)).data.filter(({ kind }) => kind === "mcp");
  expect(await named()).toEqual([]);

  const hash = refreshed.tools[0]?.hash ?? "";
  await expect(approveMcpTool(ctx, server.id, "docs__search", { hash: "0".repeat(64), class: "read" })).rejects.toThrow("has changed");
  const approved = await approveMcpTool(ctx, server.id, "docs__search", { hash, class: "read" });
  expect(approved).toMatchObject({ state: "approved", class: "read", decidedBy: "Ada", approved: null });
  expect(await named()).toMatchObject([{ name: "docs__search", class: "read", description: "Searches pages" }]);

  await updateMcpServer(ctx, server.id, { isEnabled: false });
  expect(await named()).toEqual([]);
  await updateMcpServer(ctx, server.id, { isEnabled: true });
  await rejectMcpTool(ctx, server.id, "docs__search");
  expect(await named()).toEqual([]);
  await deleteMcpServer(ctx, server.id);
  expect(await listMcpServers(ctx)).toEqual({ data: [] });
  expect((await readAudit(ctx, ctx.actor.workspaceId)).map(({ action }) => action).toSorted()).toEqual([
    "mcp_server.created",
    "mcp_server.deleted",
    "mcp_server.refreshed",
    "mcp_server.updated",
    "mcp_server.updated",
    "mcp_tool.approved",
    "mcp_tool.rejected",
  ]);
});

test("T-20 one byte of a description changed after approval: the tool is off, with an audit row and a security event", async () => {
  const { ctx, create, tool } = await start();
  const { id } = await create();
  const { tools } = await refreshMcpServer(ctx, id);
  await approveMcpTool(ctx, id, "docs__search", { hash: tools[0]?.hash ?? "", class: "read" });

  first.tools = [{ ...search, description: "Searches pageS" }];
  const after = await refreshMcpServer(ctx, id);
  expect(after.tools).toMatchObject([
    { state: "changed", description: "Searches pageS", approved: { description: "Searches pages", hash: tools[0]?.hash } },
  ]);
  expect((await listTools(ctx)).data.filter(({ kind }) => kind === "mcp")).toEqual([]);
  expect((await readAudit(ctx, ctx.actor.workspaceId)).filter(({ action }) => action === "mcp.tool_changed")).toMatchObject([
    { subject: id },
  ]);
  await system.securityJournal.flush();
  const { data } = await listSecurityEvents(ctx, { limit: 10, kind: "mcp.tool_changed" });
  expect(data).toMatchObject([{ severity: "critical", detail: { tool: "docs__search", serverId: id } }]);

  // Saying the old thing again does not switch it on.
  first.tools = [search];
  await refreshMcpServer(ctx, id);
  expect((await tool(id))?.state).toBe("changed");
  await approveMcpTool(ctx, id, "docs__search", { hash: tools[0]?.hash ?? "", class: "read" });
  expect((await tool(id))?.state).toBe("approved");
});

test("T-20 a change into invisible text, and one into a gone tool, do not pass for the approved one", async () => {
  const { ctx, create, tool } = await start();
  const { id } = await create();
  const { tools } = await refreshMcpServer(ctx, id);
  const approval = { hash: tools[0]?.hash ?? "", class: "read" as const };
  await approveMcpTool(ctx, id, "docs__search", approval);

  first.tools = [{ ...search, description: "Searches pages\u{E0049}\u{E0067}" }, { name: "o\u200Bther" }];
  const { refusedTools } = await refreshMcpServer(ctx, id);
  expect(refusedTools).toEqual([
    { originalName: "search", reason: "its description has a character that cannot be seen (U+E0049)" },
    { originalName: "o\uFFFDther", reason: expect.stringMatching("visible ASCII") },
  ]);
  expect(await tool(id)).toMatchObject({ state: "changed", isOffered: false });
  await expect(approveMcpTool(ctx, id, "docs__search", approval)).rejects.toThrow("does not offer this tool now");

  first.tools = [];
  await refreshMcpServer(ctx, id);
  expect(await tool(id)).toMatchObject({ state: "changed", isOffered: false });
});

test("T-20 another address starts from nothing, and what was asked of the old one is not kept", async () => {
  const { ctx, create } = await start();
  second.tools = [search];
  const { id } = await create();
  const { tools } = await refreshMcpServer(ctx, id);
  await approveMcpTool(ctx, id, "docs__search", { hash: tools[0]?.hash ?? "", class: "read" });
  expect((await updateMcpServer(ctx, id, { url: second.url })).tools).toEqual([]);
  expect((await refreshMcpServer(ctx, id)).tools).toMatchObject([{ state: "new" }]);

  let moved = false;
  first.instead = () => undefined;
  await updateMcpServer(ctx, id, { url: first.url });
  const mcp = {
    ...system.mcp,
    listTools: async (...asked: Parameters<typeof system.mcp.listTools>) => {
      const offer = await system.mcp.listTools(...asked);
      moved = true;
      await updateMcpServer(ctx, id, { url: second.url });
      return offer;
    },
  };
  await expect(refreshMcpServer({ ...ctx, mcp }, id)).rejects.toThrow("address was changed meanwhile");
  expect([moved, (await getMcpServer(ctx, id)).tools]).toEqual([true, []]);
});

test("T-20 two servers that offer search have two tools, and crews name them apart", async () => {
  const { ctx, create } = await start();
  second.tools = [{ ...search, description: "Searches mails" }];
  const [docs, mails] = [await create(), await create({ name: "mails", url: second.url })];
  for (const { id } of [docs, mails]) {
    const [offered] = (await refreshMcpServer(ctx, id)).tools;
    await approveMcpTool(ctx, id, offered?.name ?? "", { hash: offered?.hash ?? "", class: "read" });
  }
  const { data } = await listTools(ctx);
  expect(data.filter(({ kind }) => kind === "mcp").map(({ name, description }) => [name, description])).toEqual([
    ["docs__search", "Searches pages"],
    ["mails__search", "Searches mails"],
  ]);
  await expect(create({ name: "docs", url: second.url })).rejects.toMatchObject({ code: "conflict" });
  const { buildCrew } = await import("@crew/testing/build-crew");
  const crew = buildCrew();
  const withTools = (tools: string[]) => ({ ...crew, agents: crew.agents.map((agent) => ({ ...agent, tools })) });
  await createCrew(ctx, withTools(["docs__search", "mails__search"]));
  await expect(createCrew(ctx, withTools(["docs__other"]))).rejects.toMatchObject({ code: "invalid" });
  await expect(createCrew(ctx, withTools(["search"]))).rejects.toMatchObject({ code: "invalid" });
});

test("T-21 a header's secret goes to the server that names it, for the hosts that it was given for, and to no other", async () => {
  const { ctx, create } = await start([{ name: "search", description: "ok" }]);
  second.tools = [];
  const value = "upstream-token-4711-abcdefgh";
  await createSecret(ctx, CreateSecret.parse({ name: "DOCS_TOKEN", value, hosts: [first.host] }));
  const headers = { authorization: "Bearer {{secret:DOCS_TOKEN}}" };
  const [docs, mails, thief] = [
    await create({ headers }),
    await create({ name: "mails", url: second.url }),
    await create({ name: "thief", url: second.url, headers }),
  ];
  await refreshMcpServer(ctx, docs.id);
  await refreshMcpServer(ctx, mails.id);
  await expect(refreshMcpServer(ctx, thief.id)).rejects.toThrow("DOCS_TOKEN was not given for this host");
  expect(new Set(first.requests.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${value}`]));
  expect(second.requests.length).toBeGreaterThan(0);
  expect(JSON.stringify(second.requests)).not.toContain(value);

  // It says back what it was given: in an error, and in a description.
  first.instead = (sent, { id }) =>
    Response.json({ jsonrpc: "2.0", id, error: { code: -32603, message: `bad ${sent.authorization}` } }, { status: 200 });
  const told = await refreshMcpServer(ctx, docs.id).catch((error: Error) => error.message);
  expect(told).toContain("The server answered with an error: bad Bearer");
  expect(told).not.toContain(value);
  first.instead = undefined;
  first.tools = [{ name: "search", description: `for ${value}` }];
  const shown = await refreshMcpServer(ctx, docs.id);
  expect(shown.refusedTools).toEqual([{ originalName: "search", reason: "its text repeats a secret" }]);
  expect(JSON.stringify([shown, await readAudit(ctx, ctx.actor.workspaceId)])).not.toContain(value);
});

test.each([
  [{ authorization: "Bearer abc" }, "must not hold a credential itself"],
  [{ "x-team": "ghp_0123456789abcdefABCDEF0123456789abcd" }, "must not hold a credential itself"],
  [{ "x-key": "{{secret:lower}}" }, "in another form"],
  [{ host: "inside.example.org" }, "cannot be set here"],
  [{ "mcp-session-id": "1" }, "cannot be set here"],
  [{ "content-type": "text/plain" }, "cannot be set here"],
])("T-11 headers %j are refused", async (headers, words) => {
  const { create } = await start();
  await expect(create({ headers })).rejects.toThrow(words);
});

test.each(["http://a:b@example.org/", "https://example.org/mcp?api_key=1", "https://example.org/#x"])(
  "an address that hides a key is refused: %s",
  async (url) => {
    const { create } = await start();
    await expect(create({ url })).rejects.toMatchObject({ detail: { issues: [{ path: "url" }] } });
  },
);

test("T-09 no address of the corpus is reached by saving a server and asking it [ASVS 1.3.6]", { timeout: 120_000 }, async () => {
  const { ctx } = await start();
  const { tried, rejected } = await egressEntryContract(async (url) => {
    const { id } = await createMcpServer(ctx, CreateMcpServer.parse({ name: "probe", url }));
    try {
      await refreshMcpServer(ctx, id);
    } finally {
      await deleteMcpServer(ctx, id);
    }
  });
  expect([tried >= 120, rejected]).toEqual([true, tried]);
});

test("a host that the workspace's rules deny is not asked", async () => {
  const { ctx, create } = await start();
  const { id } = await create();
  await updateEgressRules(ctx, { allow: null, deny: [first.host] });
  await expect(refreshMcpServer(ctx, id)).rejects.toMatchObject({ code: "unavailable" });
  expect(first.requests).toEqual([]);
});

test("who may not is refused, and another workspace's server is not there", async () => {
  const { ctx, create } = await start();
  const { id } = await create();
  const viewer = actingFor(system, await createActor(system, { role: "viewer", workspaceId: ctx.actor.workspaceId }));
  const stranger = actingFor(system, await createActor(system));
  const approval = { hash: "0".repeat(64), class: "read" as const };
  for (const verb of [
    (c: typeof ctx) => refreshMcpServer(c, id),
    (c: typeof ctx) => updateMcpServer(c, id, { isEnabled: false }),
    (c: typeof ctx) => deleteMcpServer(c, id),
    (c: typeof ctx) => approveMcpTool(c, id, "docs__search", approval),
    (c: typeof ctx) => rejectMcpTool(c, id, "docs__search"),
  ]) {
    await expect(verb(viewer)).rejects.toMatchObject({ code: "forbidden" });
    await expect(verb(stranger)).rejects.toMatchObject({ code: "not_found" });
  }
  await expect(getMcpServer(stranger, id)).rejects.toMatchObject({ code: "not_found" });
});
