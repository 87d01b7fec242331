import type { McpServerWithTools } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import type { Ctx } from "../system.ts";
import { findMcpServer } from "./mcp-server-repository.ts";
import { shownMcpServer } from "./shown-mcp-server.ts";

export async function getMcpServer(ctx: Ctx<"db">, serverId: string): Promise<McpServerWithTools> {
  requirePermission(ctx, "mcp-servers:read");
  const server = await findMcpServer(ctx.db, ctx.actor.workspaceId, serverId);
  if (!server) throw notFound("MCP server");
  return shownMcpServer(ctx.db, server);
}
