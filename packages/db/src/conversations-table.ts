import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const conversationsTable = pgTable("conversations", {
  id: typeId("conversation", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  userId: typeId("user", "user_id").notNull(),
  title: text("title").notNull(),
  model: text("model").notNull(),
  lastSeq: integer("last_seq").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
