import type { LookupFunction } from "node:net";
import { type Mcp, McpError, type McpExchange, type McpServerAddress } from "@crew/core/mcp-servers/mcp-port";
import type { Client, jsonSchemaValidator, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { guardedFetch } from "../egress/guarded-fetch.ts";
import { mcpFailure } from "./mcp-failure.ts";
import { boundedFetch } from "./mcp-fetch.ts";
import { readMcpTools } from "./read-mcp-tools.ts";
import { textOfContent } from "./text-of-content.ts";

const TIMEOUT_MS = 30_000;
const FAREWELL_MS = 2_000;
/** In `_meta`, for servers that want to have no effect twice: a call that a crash has cut is made again with the same key. */
const IDEMPOTENCY_KEY = "idempotency-key";
/** Asked of no schema: what a server says is text for a model, whatever the server promises of its form. */
const UNCHECKED: jsonSchemaValidator = {
  getValidator: () => (input: unknown) => ({ valid: true, data: input as never, errorMessage: undefined }),
};

/** `allow`: `host:port` entries of the operator that may be private. */
export function guardedMcp({ allow, lookup }: { allow: readonly string[]; lookup?: LookupFunction }): Mcp & AsyncDisposable {
  const fetch = guardedFetch({ allow, allowPrivate: false, lookup });

  /** One client, one transport, one exchange: nothing of it is there for the next. */
  async function converse<T>(
    address: McpServerAddress,
    { signal, mayReach }: McpExchange,
    talk: (client: Client, options: { signal: AbortSignal; timeout: number }) => Promise<T>,
  ): Promise<T> {
    // Loaded only where there is a server to ask: the embedded platform stays smaller by some megabytes.
    const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const bounded = boundedFetch(fetch, { signal: AbortSignal.any([signal, timeout]), mayReach });
    const ended = AbortSignal.any([signal, timeout, bounded.exceeded]);
    const transport = new StreamableHTTPClientTransport(new URL(address.url), {
      fetch: bounded.fetch,
      requestInit: { headers: address.headers },
      reconnectionOptions: { initialReconnectionDelay: 0, maxReconnectionDelay: 0, reconnectionDelayGrowFactor: 1, maxRetries: 0 },
    });
    const client = new Client(
      { name: "crewai-platform", version: "1" },
      { capabilities: {}, versionNegotiation: { mode: "auto" }, jsonSchemaValidator: UNCHECKED, inputRequired: { autoFulfill: false } },
    );
    const options = { signal: ended, timeout: TIMEOUT_MS };
    try {
      // The library does not look at the signal everywhere.
      return await beforeAbort(ended, async () => {
        await client.connect(transport, options);
        return talk(client, options);
      });
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) throw new McpError(`The server took longer than ${TIMEOUT_MS / 1000} s.`);
      throw bounded.failure() ?? mcpFailure(error);
    } finally {
      await leave(client, transport);
    }
  }

  return {
    listTools: (address, exchange) => converse(address, exchange, readMcpTools),
    callTool: (address, call, exchange) =>
      converse(address, exchange, async (client, options) => {
        const { name, parameters, idempotencyKey } = call;
        const toolDefinition = { name, inputSchema: { ...parameters, type: "object" as const } };
        const asked = { name, arguments: call.arguments, _meta: { [IDEMPOTENCY_KEY]: idempotencyKey } };
        const result = await client.callTool(asked, { ...options, toolDefinition });
        return { text: textOfContent(result), isError: result.isError === true };
      }),
    [Symbol.asyncDispose]: () => fetch.close(),
  };
}

async function beforeAbort<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** A server that keeps sessions is told that this one is over; it does not keep anybody waiting. */
async function leave(client: Client, transport: StreamableHTTPClientTransport): Promise<void> {
  const timer = setTimeout(() => void client.close().catch(() => {}), FAREWELL_MS);
  try {
    if (transport.sessionId !== undefined) await transport.terminateSession();
  } catch {
    // It forgets the session by itself.
  } finally {
    clearTimeout(timer);
    await client.close().catch(() => {});
  }
}
