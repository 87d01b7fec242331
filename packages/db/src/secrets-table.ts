import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const secretsTable = pgTable("secrets", {
  id: typeId("secret", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  hosts: text("hosts").array().notNull(),
  valueSealed: text("value_sealed").notNull(),
  lastFour: text("last_four"),
  version: integer("version").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  updatedBy: text("updated_by").notNull(),
});
