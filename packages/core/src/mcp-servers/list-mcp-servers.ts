import type { McpServer } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import type { Ctx } from "../system.ts";
import { listMcpServerRows } from "./mcp-server-repository.ts";

export async function listMcpServers(ctx: Ctx<"db">): Promise<{ data: McpServer[] }> {
  requirePermission(ctx, "mcp-servers:read");
  return { data: await listMcpServerRows(ctx.db, ctx.actor.workspaceId) };
}
