import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const agentsTable = pgTable("agents", {
  id: typeId("agent", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  crewId: typeId("crew", "crew_id").notNull(),
  key: text("key").notNull(),
  position: integer("position").notNull(),
  role: text("role").notNull(),
  goal: text("goal").notNull(),
  backstory: text("backstory").notNull(),
  model: text("model"),
  tools: text("tools").array().notNull(),
  maxIterations: integer("max_iterations").notNull(),
  fallbackModels: text("fallback_models").array().notNull(),
  maxExecutionSeconds: integer("max_execution_seconds"),
  createdAt: instant("created_at").notNull(),
});
