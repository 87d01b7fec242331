import type { McpServerWithTools } from "@crew/contracts/mcp-servers";
import { requirePermission } from "../access/require-permission.ts";
import { AppError, notFound } from "../app-error.ts";
import { recordAudit } from "../audit/record-audit.ts";
import { EgressError } from "../egress/egress-port.ts";
import { inTransaction } from "../in-transaction.ts";
import { noteSecurityEvent } from "../security/note-security-event.ts";
import type { Ctx } from "../system.ts";
import { askMcpServer } from "./ask-mcp-server.ts";
import { type CheckedMcpOffer, checkOfferedTools } from "./check-offered-tools.ts";
import { McpError } from "./mcp-port.ts";
import { findMcpServer, type KeptMcpServer, lockMcpServer } from "./mcp-server-repository.ts";
import { shownMcpServer } from "./shown-mcp-server.ts";
import { takeMcpOffer } from "./take-mcp-offer.ts";

const TIMEOUT_MS = 30_000;

type RefreshCtx = Ctx<"db" | "statements" | "secrets" | "mcp" | "now" | "newId" | "log" | "securityJournal" | "metrics">;

export async function refreshMcpServer(ctx: RefreshCtx, serverId: string): Promise<McpServerWithTools> {
  requirePermission(ctx, "mcp-servers:write");
  const { workspaceId, userId } = ctx.actor;
  const server = await findMcpServer(ctx.db, workspaceId, serverId);
  if (!server) throw notFound("MCP server");
  const offer = await ask(ctx, server);
  const { shown, switchedOff } = await inTransaction(ctx, async (ctx) => {
    const current = await lockMcpServer(ctx.db, workspaceId, serverId);
    if (!current) throw notFound("MCP server");
    if (current.url !== server.url) throw new AppError("conflict", "The server's address was changed meanwhile. Ask it again.");
    const switchedOff = await takeMcpOffer(ctx, { workspaceId, serverId }, offer);
    const counts = { tools: offer.tools.length, refused: offer.refused.length };
    await recordAudit(ctx, { action: "mcp_server.refreshed", subject: serverId, detail: { name: server.name, ...counts } });
    for (const tool of switchedOff) await recordAudit(ctx, { action: "mcp.tool_changed", subject: serverId, detail: { tool } });
    const refreshed = await findMcpServer(ctx.db, workspaceId, serverId);
    if (!refreshed) throw notFound("MCP server");
    return { shown: await shownMcpServer(ctx.db, refreshed), switchedOff };
  });
  for (const tool of switchedOff) noteSecurityEvent(ctx, { kind: "mcp.tool_changed", userId, workspaceId, detail: { tool, serverId } });
  return shown;
}

async function ask(ctx: RefreshCtx, server: KeptMcpServer): Promise<CheckedMcpOffer> {
  const redact = (text: string) => ctx.secrets.redact(text);
  try {
    const offered = await askMcpServer(ctx, ctx.actor.workspaceId, server, AbortSignal.timeout(TIMEOUT_MS), (address, exchange) =>
      ctx.mcp.listTools(address, exchange),
    );
    return checkOfferedTools(server.name, offered, redact);
  } catch (error) {
    if (error instanceof McpError || error instanceof EgressError)
      throw new AppError("unavailable", `The server's tools could not be read. ${redact(error.message)}`, { cause: error });
    throw error;
  }
}
