import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const conversationSummariesTable = pgTable("conversation_summaries", {
  throughMessageId: typeId("message", "through_message_id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  conversationId: typeId("conversation", "conversation_id").notNull(),
  throughSeq: integer("through_seq").notNull(),
  messages: integer("messages").notNull(),
  omitted: integer("omitted").notNull(),
  text: text("text").notNull(),
  createdAt: instant("created_at").notNull(),
});
