import { boolean, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const usersTable = pgTable("users", {
  id: typeId("user", "id").primaryKey(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  emailVerified: boolean("email_verified").notNull(),
  image: text("image"),
  isLocalOwner: boolean("is_local_owner").notNull(),
  isOperator: boolean("is_operator").notNull().default(false),
  lastWorkspaceId: typeId("workspace", "last_workspace_id"),
  disabledAt: instant("disabled_at"),
  pendingEmail: text("pending_email"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
