import type { MemberRole } from "@crew/contracts/permissions";
import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const workspaceMembersTable = pgTable(
  "workspace_members",
  {
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    userId: typeId("user", "user_id").notNull(),
    role: text("role").$type<MemberRole>().notNull(),
    /** Set exactly when the role is `custom`. */
    customRoleId: typeId("role", "custom_role_id"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.userId] })],
);
