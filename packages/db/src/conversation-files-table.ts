import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const conversationFilesTable = pgTable(
  "conversation_files",
  {
    messageId: typeId("message", "message_id").notNull(),
    position: integer("position").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    conversationId: typeId("conversation", "conversation_id").notNull(),
    name: text("name").notNull(),
    text: text("text").notNull(),
    characters: integer("characters").notNull(),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.position] })],
);
