import type { McpServerWithTools, McpTool } from "@crew/contracts/mcp-servers";
import type { Db } from "../system.ts";
import type { KeptMcpServer } from "./mcp-server-repository.ts";
import { type KeptMcpTool, listMcpToolRows } from "./mcp-tool-repository.ts";

/** A server as the API tells of it, tools included. */
export async function shownMcpServer(db: Db, server: KeptMcpServer): Promise<McpServerWithTools> {
  const rows = await listMcpToolRows(db, server.id);
  const toolCounts = { new: 0, approved: 0, changed: 0, rejected: 0 };
  for (const { state } of rows) toolCounts[state] += 1;
  return { ...server, toolCounts, tools: rows.map(shownMcpTool) };
}

export function shownMcpTool(row: KeptMcpTool): McpTool {
  const { name, originalName, description, parameters, hash, state, isOffered, approved, decidedBy, decidedAt } = row;
  const shown = { name, originalName, description, parameters, hash, state, class: row.class, isOffered, decidedBy, decidedAt };
  return { ...shown, approved: approved?.hash === hash ? null : approved };
}
