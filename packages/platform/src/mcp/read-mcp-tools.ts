import { MAX_MCP_TOOLS } from "@crew/contracts/mcp-servers";
import { McpError, type OfferedMcpTool } from "@crew/core/mcp-servers/mcp-port";
import type { Client } from "@modelcontextprotocol/client";

const MAX_PAGES = 20;

/** All tools of a server, page by page. Not by the library's own list, which writes what servers say to the console. */
export async function readMcpTools(client: Client, options: { signal: AbortSignal; timeout: number }): Promise<OfferedMcpTool[]> {
  const tools: OfferedMcpTool[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= MAX_PAGES; page++) {
    const params = cursor === undefined ? {} : { cursor };
    const answer = await client.request({ method: "tools/list", params }, options);
    for (const { name, description = "", inputSchema } of answer.tools) tools.push({ name, description, inputSchema });
    if (tools.length > MAX_MCP_TOOLS) throw new McpError(`The server offers more than ${MAX_MCP_TOOLS} tools, the most that are taken.`);
    cursor = answer.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw new McpError(`The server's list of tools has more than ${MAX_PAGES} pages.`);
}
