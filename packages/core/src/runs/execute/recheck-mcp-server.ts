import { recordAudit } from "../../audit/record-audit.ts";
import { inTransaction } from "../../in-transaction.ts";
import { askMcpServer } from "../../mcp-servers/ask-mcp-server.ts";
import { checkOfferedTools } from "../../mcp-servers/check-offered-tools.ts";
import { McpError } from "../../mcp-servers/mcp-port.ts";
import { lockMcpServer } from "../../mcp-servers/mcp-server-repository.ts";
import type { RunMcpTool } from "../../mcp-servers/mcp-tool-repository.ts";
import { takeMcpOffer } from "../../mcp-servers/take-mcp-offer.ts";
import { noteSecurityEvent } from "../../security/note-security-event.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { runActor } from "./run-actor.ts";

/**
 * Asks a server for its tools before a run uses it, and keeps what it says: whatever is not what was approved is off
 * from here on, for every run, with a security event and a row in the audit log.
 */
export async function recheckMcpServer(
  { system, journal }: ExecutionContext,
  server: RunMcpTool["server"],
  signal: AbortSignal,
): Promise<void> {
  const { claim } = journal;
  const { workspaceId, run } = claim;
  const actor = runActor(claim);
  if (!actor) throw new McpError("Whoever started this run is gone, so no MCP server is asked in their name.");
  const offered = await askMcpServer(system, workspaceId, server, signal, (address, exchange) => system.mcp.listTools(address, exchange));
  const offer = checkOfferedTools(server.name, offered, (text) => system.secrets.redact(text));
  const switchedOff = await inTransaction({ ...system, actor }, async (ctx) => {
    const current = await lockMcpServer(ctx.db, workspaceId, server.id);
    if (!current || current.url !== server.url) return [];
    const changed = await takeMcpOffer(ctx, { workspaceId, serverId: server.id }, offer);
    for (const tool of changed)
      await recordAudit(ctx, { action: "mcp.tool_changed", subject: server.id, detail: { tool, runId: run.id }, outcome: "refused" });
    return changed;
  });
  for (const tool of switchedOff) {
    const detail = { tool, serverId: server.id, runId: run.id };
    noteSecurityEvent(system, { kind: "mcp.tool_changed", userId: actor.userId, workspaceId, detail });
  }
}
