import type { ToolClass } from "@crew/contracts/tools";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const toolsTable = pgTable("tools", {
  id: typeId("tool", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id"),
  name: text("name").notNull(),
  kind: text("kind").$type<"builtin" | "mcp">().notNull(),
  class: text("class").$type<ToolClass>().notNull(),
  description: text("description").notNull(),
  parameters: jsonb("parameters").$type<Record<string, unknown>>().notNull(),
});
