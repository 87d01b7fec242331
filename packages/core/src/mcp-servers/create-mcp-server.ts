import { type CreateMcpServer, MAX_MCP_SERVERS, type McpServerWithTools } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import { lockDataKeys } from "../secrets/data-key-repository.ts";
import type { Ctx } from "../system.ts";
import { countMcpServers, insertMcpServer } from "./mcp-server-repository.ts";
import { requireMcpAddress } from "./require-mcp-address.ts";
import { shownMcpServer } from "./shown-mcp-server.ts";

export async function createMcpServer(ctx: Ctx<"db" | "now" | "newId">, input: CreateMcpServer): Promise<McpServerWithTools> {
  requirePermission(ctx, "mcp-servers:write");
  requireMcpAddress(input);
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // Of two that take the last place at once, one waits and is refused.
    await lockDataKeys(ctx.db, workspaceId);
    if ((await countMcpServers(ctx.db, workspaceId)) >= MAX_MCP_SERVERS)
      throw new AppError("conflict", `A workspace has at most ${MAX_MCP_SERVERS} MCP servers. Delete one first.`);
    const server = {
      id: ctx.newId("mcp"),
      ...input,
      isEnabled: true,
      refusedTools: [],
      refreshedAt: null,
      createdAt: ctx.now().toISOString(),
    };
    if (!(await insertMcpServer(ctx.db, { ...server, workspaceId })))
      throw new AppError("conflict", `There is an MCP server named ${input.name} already. Choose another name.`);
    await recordAudit(ctx, { action: "mcp_server.created", subject: server.id, detail: { ...input } });
    return shownMcpServer(ctx.db, server);
  });
}
