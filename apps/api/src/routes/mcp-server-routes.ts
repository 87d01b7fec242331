import { mcpServerEndpoints } from "@crew/contracts/mcp-servers";
import { createMcpServer } from "@crew/core/mcp-servers/create-mcp-server";
import { approveMcpTool, rejectMcpTool } from "@crew/core/mcp-servers/decide-mcp-tool";
import { deleteMcpServer } from "@crew/core/mcp-servers/delete-mcp-server";
import { getMcpServer } from "@crew/core/mcp-servers/get-mcp-server";
import { listMcpServers } from "@crew/core/mcp-servers/list-mcp-servers";
import { refreshMcpServer } from "@crew/core/mcp-servers/refresh-mcp-server";
import { updateMcpServer } from "@crew/core/mcp-servers/update-mcp-server";
import type { RegisterRoute } from "../route.ts";

export function mcpServerRoutes(route: RegisterRoute): void {
  route(mcpServerEndpoints.list, (ctx) => listMcpServers(ctx));
  route(mcpServerEndpoints.create, (ctx, { body }) => createMcpServer(ctx, body));
  route(mcpServerEndpoints.get, (ctx, { params }) => getMcpServer(ctx, params.mcpServerId));
  route(mcpServerEndpoints.update, (ctx, { params, body }) => updateMcpServer(ctx, params.mcpServerId, body));
  route(mcpServerEndpoints.delete, (ctx, { params }) => deleteMcpServer(ctx, params.mcpServerId));
  route(mcpServerEndpoints.refresh, (ctx, { params }) => refreshMcpServer(ctx, params.mcpServerId));
  route(mcpServerEndpoints.approveTool, (ctx, { params, body }) => approveMcpTool(ctx, params.mcpServerId, params.toolName, body));
  route(mcpServerEndpoints.rejectTool, (ctx, { params }) => rejectMcpTool(ctx, params.mcpServerId, params.toolName));
}
