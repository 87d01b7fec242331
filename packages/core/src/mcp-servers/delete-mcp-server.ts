import { requirePermission } from "../access/require-permission.ts";
import { notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { removeMcpServer } from "./mcp-server-repository.ts";

export async function deleteMcpServer(ctx: Ctx<"db" | "now" | "newId">, serverId: string): Promise<null> {
  requirePermission(ctx, "mcp-servers:write");
  return inTransaction(ctx, async (ctx) => {
    const name = await removeMcpServer(ctx.db, ctx.actor.workspaceId, serverId);
    if (name === undefined) throw notFound("MCP server");
    await recordAudit(ctx, { action: "mcp_server.deleted", subject: serverId, detail: { name } });
    return null;
  });
}
