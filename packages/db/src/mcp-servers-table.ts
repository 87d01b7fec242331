import { boolean, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export interface RefusedMcpTool {
  originalName: string;
  reason: string;
}

export const mcpServersTable = pgTable("mcp_servers", {
  id: typeId("mcp", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  name: text("name").notNull(),
  url: text("url").notNull(),
  headers: jsonb("headers").$type<Record<string, string>>().notNull(),
  isEnabled: boolean("is_enabled").notNull(),
  refusedTools: jsonb("refused_tools").$type<RefusedMcpTool[]>().notNull().default([]),
  refreshedAt: instant("refreshed_at"),
  createdAt: instant("created_at").notNull(),
});
