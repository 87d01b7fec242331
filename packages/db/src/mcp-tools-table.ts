import type { McpToolState } from "@crew/contracts/mcp-servers";
import type { ToolClass } from "@crew/contracts/tools";
import { boolean, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

/** What a person has read and allowed. */
export interface ApprovedMcpTool {
  description: string;
  parameters: Record<string, unknown>;
  hash: string;
}

export const mcpToolsTable = pgTable("mcp_tools", {
  id: typeId("tool", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  serverId: typeId("mcp", "server_id").notNull(),
  name: text("name").notNull(),
  originalName: text("original_name").notNull(),
  description: text("description").notNull(),
  parameters: jsonb("parameters").$type<Record<string, unknown>>().notNull(),
  hash: text("hash").notNull(),
  state: text("state").$type<McpToolState>().notNull(),
  class: text("class").$type<ToolClass>().notNull(),
  isOffered: boolean("is_offered").notNull(),
  approved: jsonb("approved").$type<ApprovedMcpTool>(),
  decidedBy: text("decided_by"),
  decidedAt: instant("decided_at"),
});
