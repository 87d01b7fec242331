import type { ApproveMcpTool, McpTool } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { inTransaction } from "../in-transaction.ts";
import type { Ctx } from "../system.ts";
import { lockMcpServer } from "./mcp-server-repository.ts";
import { findMcpTool, type KeptMcpTool, updateMcpTool } from "./mcp-tool-repository.ts";
import { shownMcpTool } from "./shown-mcp-server.ts";

type DecideCtx = Ctx<"db" | "now" | "newId">;

/** Lets agents use a tool with the very text that was read; throws `conflict` when that is no longer its text. */
export async function approveMcpTool(ctx: DecideCtx, serverId: string, toolName: string, approval: ApproveMcpTool): Promise<McpTool> {
  return decide(ctx, serverId, toolName, (tool) => {
    if (!tool.isOffered)
      throw new AppError("conflict", "The server does not offer this tool now, or not in words that can be shown. Ask the server again.");
    if (tool.hash !== approval.hash)
      throw new AppError("conflict", "The tool has changed since you have read it. Look at it again before you approve it.");
    const { description, parameters, hash } = tool;
    return { state: "approved", class: approval.class, approved: { description, parameters, hash } };
  });
}

/** What was approved before is kept, since runs under way have shown it to their models. */
export async function rejectMcpTool(ctx: DecideCtx, serverId: string, toolName: string): Promise<McpTool> {
  return decide(ctx, serverId, toolName, () => ({ state: "rejected" }));
}

async function decide(
  ctx: DecideCtx,
  serverId: string,
  toolName: string,
  decisionOn: (tool: KeptMcpTool) => Pick<Partial<KeptMcpTool>, "class" | "approved"> & { state: "approved" | "rejected" },
): Promise<McpTool> {
  requirePermission(ctx, "mcp-servers:write");
  return inTransaction(ctx, async (ctx) => {
    const { workspaceId, name: decidedBy } = ctx.actor;
    const server = await lockMcpServer(ctx.db, workspaceId, serverId);
    const tool = server && (await findMcpTool(ctx.db, serverId, toolName));
    if (!tool) throw notFound("tool of an MCP server");
    const change = { ...decisionOn(tool), decidedBy, decidedAt: ctx.now().toISOString() };
    await updateMcpTool(ctx.db, serverId, toolName, change);
    const decided = { ...tool, ...change };
    await recordAudit(ctx, {
      action: `mcp_tool.${change.state}`,
      subject: serverId,
      detail: { tool: toolName, hash: tool.hash, class: decided.class },
    });
    return shownMcpTool(decided);
  });
}
