import type { McpServerWithTools, UpdateMcpServer } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { lockMcpServer, updateMcpServerRow } from "./mcp-server-repository.ts";
import { removeMcpTools } from "./mcp-tool-repository.ts";
import { requireMcpAddress } from "./require-mcp-address.ts";
import { shownMcpServer } from "./shown-mcp-server.ts";

export async function updateMcpServer(
  ctx: Ctx<"db" | "now" | "newId">,
  serverId: string,
  change: UpdateMcpServer,
): Promise<McpServerWithTools> {
  requirePermission(ctx, "mcp-servers:write");
  requireMcpAddress(change);
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const server = await lockMcpServer(ctx.db, workspaceId, serverId);
    if (!server) throw notFound("MCP server");
    const isMoved = change.url !== undefined && change.url !== server.url;
    // What was approved was approved of another server.
    const set = { ...change, ...(isMoved && { refreshedAt: null, refusedTools: [] }) };
    if (Object.keys(set).length > 0) await updateMcpServerRow(ctx.db, workspaceId, serverId, set);
    if (isMoved) await removeMcpTools(ctx.db, serverId);
    await recordAudit(ctx, { action: "mcp_server.updated", subject: serverId, detail: { name: server.name, ...change } });
    return shownMcpServer(ctx.db, { ...server, ...set });
  });
}
