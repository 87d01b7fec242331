/** A tool as its server describes it: a stranger's words, checked by nobody yet. */
export interface OfferedMcpTool {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

export interface McpServerAddress {
  url: string;
  /** Opened for this one exchange. */
  headers: Record<string, string>;
}

export interface McpExchange {
  signal: AbortSignal;
  /** Asked for the address before anything is sent there. */
  mayReach(url: URL): boolean;
}

/**
 * Asks MCP servers over streamable HTTP, through guarded egress alone: no redirects, no programs, no sign-in pages. Each
 * call has a client and a transport of its own, so that no answer can come to somebody else.
 */
export interface Mcp {
  /** Rejects with `McpError` or `EgressError`. */
  listTools(server: McpServerAddress, exchange: McpExchange): Promise<OfferedMcpTool[]>;
  /** `isError`: the tool itself has failed, in its own words. Rejects with `McpError` or `EgressError`. */
  callTool(
    server: McpServerAddress,
    /** `idempotencyKey`: the same whenever this call is made again after a crash. */
    call: { name: string; arguments: Record<string, unknown>; parameters: Record<string, unknown>; idempotencyKey: string },
    exchange: McpExchange,
  ): Promise<{ text: string; isError: boolean }>;
}

/** What went wrong with a server, in words for people and models; `isQuoting` where some of them are the server's. */
export class McpError extends Error {
  override name = "McpError";
  readonly isQuoting: boolean;
  constructor(message: string, { isQuoting = false }: { isQuoting?: boolean } = {}) {
    super(message);
    this.isQuoting = isQuoting;
  }
}
