import { Role } from "@crew/contracts/permissions";
import { openTestApi, type TestApi, type TestPerson } from "@crew/testing/open-test-api";
import { startMcpServer, type TestMcpServer } from "@crew/testing/start-mcp-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let api: TestApi;
let owner: TestPerson;
let server: TestMcpServer;

beforeAll(async () => {
  server = await startMcpServer([{ name: "search", description: "Searches pages" }]);
  api = await openTestApi({ system: { config: { egressAllow: [server.host] } } });
  owner = await api.person();
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** Every way in which clients write down a program to start, and addresses that are none of HTTP. */
const PROGRAMS = [
  { name: "shell", command: "sh", args: ["-c", "touch /tmp/pwned"] },
  { name: "shell", transport: "stdio", command: "npx", args: ["-y", "some-server"], env: { A: "b" } },
  { name: "shell", type: "stdio", url: "https://example.org/mcp" },
  { name: "shell", url: "https://example.org/mcp", command: "sh" },
  { name: "shell", url: "https://example.org/mcp", transport: { type: "stdio" } },
  { mcpServers: { shell: { command: "sh" } } },
  { name: "shell", url: "stdio:///bin/sh" },
  { name: "shell", url: "file:///bin/sh" },
  { name: "shell", url: "sh -c true" },
  { name: "shell", url: "npx some-server" },
];

describe("T-22 a server that is a program (stdio) cannot be added or put in place, whoever asks", () => {
  test.each(Role.options)("%s", async (role) => {
    const person = role === "owner" ? owner : await api.person(role, owner.actor.workspaceId);
    const before = (await api.call("GET", "/v1/mcp-servers", { as: owner })).json.data.length;
    for (const body of PROGRAMS) {
      const { status, json, text } = await api.call("POST", "/v1/mcp-servers", { as: person, body });
      expect([status, json.code], `${JSON.stringify(body)} ${text}`).toEqual([400, "invalid"]);
    }
    expect((await api.call("GET", "/v1/mcp-servers", { as: owner })).json.data).toHaveLength(before);
    const kept = await api.call("POST", "/v1/mcp-servers", { as: owner, body: { name: `kept_${role}`, url: "https://example.org/mcp" } });
    for (const { name: _, ...change } of PROGRAMS as Record<string, unknown>[]) {
      const { status } = await api.call("PATCH", `/v1/mcp-servers/${kept.json.id}`, { as: person, body: change });
      expect(status, JSON.stringify(change)).toBe(400);
    }
  });
});

test("a server is added, asked, its tool read and approved, and named by GET /v1/tools", async () => {
  const call = (method: string, path: string, body?: unknown) => api.call(method, path, { as: owner, ...(body !== undefined && { body }) });
  const { json: added } = await call("POST", "/v1/mcp-servers", { name: "docs", url: server.url, headers: { "X-Team": "alpha" } });
  expect(added).toMatchObject({ name: "docs", headers: { "x-team": "alpha" }, tools: [] });
  const { json: asked } = await call("POST", `/v1/mcp-servers/${added.id}/refresh`, {});
  expect(asked.tools).toMatchObject([{ name: "docs__search", description: "Searches pages", state: "new", class: "unsafe" }]);
  const path = `/v1/mcp-servers/${added.id}/tools/docs__search`;
  const stale = await call("POST", `${path}/approve`, { hash: "0".repeat(64) });
  expect(stale.status).toBe(409);
  const { json: approved } = await call("POST", `${path}/approve`, { hash: asked.tools[0].hash, class: "read" });
  expect(approved).toMatchObject({ state: "approved", class: "read" });
  const named = async () => (await call("GET", "/v1/tools")).json.data.filter(({ kind }: { kind: string }) => kind === "mcp");
  expect(await named()).toMatchObject([{ name: "docs__search", kind: "mcp", class: "read" }]);
  expect((await call("POST", `${path}/reject`, {})).json).toMatchObject({ state: "rejected" });
  expect(await named()).toEqual([]);
  server.instead = () => new Response("no", { status: 500 });
  const failed = await call("POST", `/v1/mcp-servers/${added.id}/refresh`, {});
  expect([failed.status, failed.json.detail]).toEqual([503, expect.stringContaining("answered with status 500")]);
  server.instead = undefined;
  expect((await call("DELETE", `/v1/mcp-servers/${added.id}`)).status).toBe(204);
});
