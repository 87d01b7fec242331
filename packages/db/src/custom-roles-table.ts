import type { Permission } from "@crew/contracts/permissions";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const customRolesTable = pgTable("custom_roles", {
  id: typeId("role", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  permissions: text("permissions").array().$type<Permission[]>().notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
