import type { McpServerWithTools, McpTool } from "@crew/contracts/mcp-servers";
import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { callApi } from "../../data/call-api.ts";
import { mcpServerEndpoints } from "../../data/endpoints.ts";

/** Keys start with `mcp-servers`. */
export const mcpServersQuery = queryOptions({
  queryKey: ["mcp-servers", "list"],
  queryFn: ({ signal }) => callApi(mcpServerEndpoints.list, { signal }),
  select: (list) => list.data,
});

export function mcpServerQuery(mcpServerId: string) {
  return queryOptions({
    queryKey: ["mcp-servers", "one", mcpServerId],
    queryFn: ({ signal }) => callApi(mcpServerEndpoints.get, { params: { mcpServerId }, signal }),
  });
}

/** Shows the server as an answer has told it; agents' choice of tools may have changed with it. */
export function keepMcpServer(queries: QueryClient, server: McpServerWithTools): void {
  queries.setQueryData(mcpServerQuery(server.id).queryKey, server);
  void queries.invalidateQueries({ queryKey: ["mcp-servers", "list"] });
  void queries.invalidateQueries({ queryKey: ["tools"] });
}

/** What waits for a person stands first, what is gone last; then by name. */
export function inOrderOfNeed(tools: readonly McpTool[]): McpTool[] {
  const rank = (tool: McpTool) => (tool.isOffered ? { changed: 0, new: 1, approved: 2, rejected: 3 }[tool.state] : 4);
  return tools.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
