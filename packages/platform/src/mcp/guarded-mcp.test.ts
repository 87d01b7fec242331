import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { McpExchange } from "@crew/core/mcp-servers/mcp-port";
import { egressEntryContract } from "@crew/testing/egress-entry-contract";
import { startMcpServer, type TestMcpServer } from "@crew/testing/start-mcp-server";
import { afterEach, expect, test } from "vitest";
import { guardedMcp } from "./guarded-mcp.ts";

const exchange = (): McpExchange => ({ signal: new AbortController().signal, mayReach: () => true });
const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function serverWith(...tools: TestMcpServer["tools"]): Promise<TestMcpServer> {
  const server = await startMcpServer(tools);
  open.push(server);
  return server;
}

function client(...hosts: string[]) {
  const mcp = guardedMcp({ allow: hosts });
  open.push(mcp);
  return mcp;
}

const text = (words: string) => ({ content: [{ type: "text" as const, text: words }] });
const call = (name: string, args: Record<string, unknown> = {}) => ({
  name,
  arguments: args,
  parameters: { type: "object" },
  idempotencyKey: "run_1/task:1",
});

test("lists the tools of a server and calls one, with its headers on every request", async () => {
  const server = await serverWith({ name: "add", description: "Adds", inputSchema: { properties: { a: { type: "number" } } } });
  const mcp = client(server.host);
  const address = { url: server.url, headers: { authorization: "Bearer t1" } };
  expect(await mcp.listTools(address, exchange())).toEqual([
    { name: "add", description: "Adds", inputSchema: { type: "object", properties: { a: { type: "number" } } } },
  ]);
  expect(await mcp.callTool(address, call("add", { a: 1 }), exchange())).toEqual({ text: '{"a":1}', isError: false });
  expect(server.requests.length).toBeGreaterThan(1);
  expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer t1"]));
});

test("a server of the former protocol is understood, and its session ended", async () => {
  const server = await startMcpServer([{ name: "add", description: "Adds" }], { keepsSessions: true });
  open.push(server);
  const mcp = client(server.host);
  const address = { url: server.url, headers: { authorization: "Bearer t1" } };
  expect(await mcp.listTools(address, exchange())).toMatchObject([{ name: "add", description: "Adds" }]);
  expect(await mcp.callTool(address, call("add", { a: 1 }), exchange())).toEqual({ text: '{"a":1}', isError: false });
  expect(server.requests.some((headers) => headers["mcp-session-id"] !== undefined)).toBe(true);
  expect(new Set(server.requests.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer t1"]));
  expect(server.sessions.size).toBe(0);
});

test("a call says by which key it is known when it is made again", async () => {
  const keys: unknown[] = [];
  const server = await serverWith({
    name: "pay",
    run: (_args, _headers, meta) => {
      keys.push(meta?.["idempotency-key"]);
      return text("paid");
    },
  });
  await client(server.host).callTool({ url: server.url, headers: {} }, call("pay"), exchange());
  expect(keys).toEqual(["run_1/task:1"]);
});

test("images and sounds are left out with a mark, tag characters are made visible, long answers are cut", async () => {
  const long = "x".repeat(1024 * 1024);
  const server = await serverWith(
    {
      name: "picture",
      run: () => ({ content: [{ type: "image", data: "AAAA", mimeType: "image/png" }, ...text("a\u{E0041}b\0").content] }),
    },
    { name: "long", run: () => text(`ä${long}`) },
    { name: "fails", run: () => ({ ...text("no such page"), isError: true }) },
  );
  const mcp = client(server.host);
  const address = { url: server.url, headers: {} };
  expect((await mcp.callTool(address, call("picture"), exchange())).text).toBe("[image left out]\na\uFFFDb\uFFFD");
  const { text: cut } = await mcp.callTool(address, call("long"), exchange());
  expect([cut.length < long.length + 60, cut.endsWith("more than 1 MiB]")]).toEqual([true, true]);
  expect(await mcp.callTool(address, call("fails"), exchange())).toEqual({ text: "no such page", isError: true });
});

/** More when asked for; 200 make the 10,000 calls. */
const ROUNDS = Number(process.env.CREW_TEST_ROUNDS ?? 20);

test("T-22 50 clients with equal JSON-RPC ids in parallel: each gets only its own canary", {
  timeout: 20_000 + ROUNDS * 2_000,
}, async () => {
  const server = await serverWith({
    name: "whoami",
    async run(args, headers) {
      // So that answers are ready in another order than the questions came.
      await sleep(Number(args.round) % 3);
      return text(`${headers["x-canary"]} ${args.canary}`);
    },
  });
  const ids = new Set<unknown>();
  server.instead = (_, { id, method }) => void (method === "tools/call" && ids.add(id));
  const mcp = client(server.host);
  const crossed: string[] = [];
  await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const canary = `canary-${i}`;
      for (let round = 0; round < ROUNDS; round++) {
        const address = { url: server.url, headers: { "x-canary": canary } };
        const { text: told } = await mcp.callTool(address, call("whoami", { round, canary: `${canary}.${round}` }), exchange());
        if (told !== `${canary} ${canary}.${round}`) crossed.push(told);
      }
    }),
  );
  expect(crossed).toEqual([]);
  expect(server.calls).toHaveLength(50 * ROUNDS);
  expect([...ids]).toHaveLength(1);
});

test("T-21 a redirect is not followed, so that a header reaches no other address", async () => {
  const other = await serverWith({ name: "x" });
  const server = await serverWith({ name: "x" });
  const mcp = client(server.host, other.host);
  for (const status of [301, 302, 303, 307, 308]) {
    for (const location of [other.url, `${server.url}/elsewhere`]) {
      server.instead = () => new Response(null, { status, headers: { location } });
      const before = server.requests.length;
      const asked = mcp.listTools({ url: server.url, headers: { authorization: "Bearer upstream" } }, exchange());
      await expect(asked).rejects.toThrow("redirects, which is not followed");
      expect(server.requests.length - before).toBeLessThanOrEqual(2);
    }
  }
  expect(other.requests).toEqual([]);
});

test("T-21 what a server says of its sign-in pages is not asked", async () => {
  const other = await serverWith({ name: "x" });
  const server = await serverWith({ name: "x" });
  server.instead = () =>
    new Response(null, { status: 401, headers: { "www-authenticate": `Bearer resource_metadata="${other.url}/.well-known/x"` } });
  const asked = client(server.host, other.host).listTools({ url: server.url, headers: { authorization: "Bearer t" } }, exchange());
  await expect(asked).rejects.toThrow("refused who asks (status 401)");
  expect(other.requests).toEqual([]);
});

test("T-09 no address of the corpus is reached, by name or by redirect [ASVS 1.3.6]", { timeout: 120_000 }, async () => {
  const mcp = client();
  const told = new Set<string>();
  const { tried, rejected } = await egressEntryContract(async (url) => {
    await mcp.listTools({ url, headers: {} }, exchange()).catch((error: Error) => {
      told.add(error.message);
      throw error;
    });
  });
  expect([tried >= 120, rejected]).toEqual([true, tried]);
  expect([...told].join(" ")).not.toMatch(/ECONN|canary/);
});

test("an address beyond what the caller allows is not asked", async () => {
  const server = await serverWith({ name: "x" });
  const asked = client(server.host).listTools({ url: server.url, headers: {} }, { ...exchange(), mayReach: () => false });
  await expect(asked).rejects.toMatchObject({ name: "EgressError", isDenied: true });
  expect(server.requests).toEqual([]);
});

/** A server of no protocol at all. */
async function rawServer(answer: (write: (text: string) => boolean, end: () => void) => void, contentType = "application/json") {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": contentType });
    answer(
      (part) => response.write(part),
      () => response.end(),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  open.push({
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, address: { url: `http://${host}/mcp`, headers: {} } };
}

test.each(["application/json", "text/event-stream"])("T-10 an endless answer of %s ends the exchange", async (type) => {
  const flood = await rawServer((write) => {
    const more = setInterval(() => {
      for (let i = 0; i < 16; i++) if (!write(`data: ${"x".repeat(65_536)}\n\n`)) return;
    }, 1);
    setTimeout(() => clearInterval(more), 10_000).unref();
    more.unref();
  }, type);
  await expect(client(flood.host).listTools(flood.address, exchange())).rejects.toThrow("more than 8 MiB");
});

test("T-10 deep JSON, other forms and a closed port are named errors", async () => {
  const deep = await rawServer((write, end) => {
    write(`{"jsonrpc":"2.0","id":0,"result":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    end();
  });
  await expect(client(deep.host).listTools(deep.address, exchange())).rejects.toMatchObject({ name: "McpError" });
  const page = await rawServer((write, end) => void [write("<html>"), end()], "text/html");
  await expect(client(page.host).listTools(page.address, exchange())).rejects.toMatchObject({ name: "McpError" });
  const gone = await startMcpServer([]);
  await gone[Symbol.asyncDispose]();
  await expect(client(gone.host).listTools({ url: gone.url, headers: {} }, exchange())).rejects.toMatchObject({ name: "EgressError" });
});

test("whoever asks can stop", async () => {
  const silent = await rawServer(() => {});
  const stop = new AbortController();
  const asked = client(silent.host).listTools(silent.address, { signal: stop.signal, mayReach: () => true });
  setTimeout(() => stop.abort(new Error("stopped")), 50);
  await expect(asked).rejects.toThrow("stopped");
});
