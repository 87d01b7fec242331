import type { CrewExample, CrewProcess } from "@crew/contracts/crews";
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const crewsTable = pgTable("crews", {
  id: typeId("crew", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  process: text("process").$type<CrewProcess>().notNull(),
  model: text("model").notNull(),
  example: jsonb("example").$type<CrewExample>(),
  version: integer("version").notNull(),
  createdBy: typeId("user", "created_by"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  deletedAt: instant("deleted_at"),
});
