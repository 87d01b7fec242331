import { sql } from "drizzle-orm";
import { customType, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

const searchWords = customType<{ data: string }>({ dataType: () => "tsvector" });

export const conversationChunksTable = pgTable(
  "conversation_chunks",
  {
    messageId: typeId("message", "message_id").notNull(),
    position: integer("position").notNull(),
    place: integer("place").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    startAt: integer("start_at").notNull(),
    text: text("text").notNull(),
    words: searchWords("words").notNull().generatedAlwaysAs(sql`to_tsvector('simple', text)`),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.position, table.place] })],
);
