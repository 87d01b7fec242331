import { randomUUID } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { type CallToolResult, createMcpHandler, Server, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

export interface TestMcpTool {
  name: string;
  description?: string;
  inputSchema?: Record<string, unknown>;
  /** Absent: it says back what it was given. */
  run?(
    args: Record<string, unknown>,
    headers: IncomingHttpHeaders,
    meta: Record<string, unknown> | undefined,
  ): CallToolResult | Promise<CallToolResult>;
}

export interface TestMcpServer extends AsyncDisposable {
  url: string;
  /** For CREW_EGRESS_ALLOW and the hosts of secrets: it is on loopback. */
  host: string;
  /** What it offers from now on. */
  tools: TestMcpTool[];
  /** Headers of every request that came. */
  requests: IncomingHttpHeaders[];
  /** Names and arguments of every call that came. */
  calls: { name: string; arguments: Record<string, unknown> }[];
  /** Sessions that began and were not ended, where it keeps any. */
  sessions: Map<string, WebStandardStreamableHTTPServerTransport>;
  /** Answers in place of the protocol, where it is set. */
  instead: ((headers: IncomingHttpHeaders, message: { id?: number; method?: string }) => Response | undefined) | undefined;
}

/**
 * A real MCP server over streamable HTTP on loopback, whose tools can change at any time. `keepsSessions`: as servers of
 * the former protocol do, with answers as event streams.
 */
export async function startMcpServer(tools: TestMcpTool[], { keepsSessions = false } = {}): Promise<TestMcpServer> {
  const it = { tools, requests: [], calls: [], sessions: new Map(), instead: undefined } as unknown as TestMcpServer;
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    it.requests.push(request.headers);
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]));
    const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
    const asked = new Request(`${it.url}`, { method: request.method ?? "GET", headers, ...(body && { body }) });
    const answer =
      it.instead?.(request.headers, body ? JSON.parse(String(body)) : {}) ??
      (await (keepsSessions ? answerInSession(it, asked, request.headers) : answerOnce(it, asked, request.headers)));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  http.listen(0, "127.0.0.1", resolve);
  await listening;
  it.host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  it.url = `http://${it.host}/mcp`;
  it[Symbol.asyncDispose] = async () => {
    const { promise, resolve: closed } = Promise.withResolvers<void>();
    http.close(() => closed());
    http.closeAllConnections();
    await promise;
  };
  return it;
}

/** A server for each request, so that it holds the headers of its own and no other. */
function answerOnce(it: TestMcpServer, request: Request, headers: IncomingHttpHeaders): Promise<Response> {
  return createMcpHandler(() => serverOf(it, headers)).fetch(request);
}

async function answerInSession(it: TestMcpServer, request: Request, headers: IncomingHttpHeaders): Promise<Response> {
  const known = it.sessions.get(String(headers["mcp-session-id"]));
  if (known) return known.handleRequest(request);
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void it.sessions.set(id, transport),
    onsessionclosed: (id) => void it.sessions.delete(id),
  });
  await serverOf(it, headers).connect(transport);
  return transport.handleRequest(request);
}

function serverOf(it: TestMcpServer, headers: IncomingHttpHeaders): Server {
  const server = new Server({ name: "test-tools", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({
    tools: it.tools.map(({ name, description, inputSchema }) => ({
      name,
      ...(description !== undefined && { description }),
      inputSchema: { type: "object" as const, ...inputSchema },
    })),
  }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const args = params.arguments ?? {};
    it.calls.push({ name: params.name, arguments: args });
    const tool = it.tools.find(({ name }) => name === params.name);
    if (tool?.run) return tool.run(args, headers, params._meta);
    return { content: [{ type: "text" as const, text: JSON.stringify(args) }] };
  });
  return server;
}
