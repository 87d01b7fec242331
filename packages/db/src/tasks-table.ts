import { boolean, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const tasksTable = pgTable("tasks", {
  id: typeId("task", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  crewId: typeId("crew", "crew_id").notNull(),
  key: text("key").notNull(),
  position: integer("position").notNull(),
  description: text("description").notNull(),
  expectedOutput: text("expected_output").notNull(),
  agentKey: text("agent_key").notNull(),
  context: text("context").array(),
  tools: text("tools").array().notNull(),
  humanInput: boolean("human_input").notNull(),
  maxExecutionSeconds: integer("max_execution_seconds"),
  createdAt: instant("created_at").notNull(),
});
