import { pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const approvalLinksTable = pgTable("approval_links", {
  tokenHash: bytes("token_hash").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  approvalId: typeId("approval", "approval_id").notNull(),
  userId: typeId("user", "user_id"),
  email: text("email").notNull(),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at").notNull(),
});
