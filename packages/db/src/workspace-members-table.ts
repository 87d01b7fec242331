import type { Role } from "@crew/contracts/permissions";
import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const workspaceMembersTable = pgTable(
  "workspace_members",
  {
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    userId: typeId("user", "user_id").notNull(),
    role: text("role").$type<Role>().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
);
