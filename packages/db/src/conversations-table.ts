import type { ConversationTarget } from "@crew/contracts/conversations";
import { sql } from "drizzle-orm";
import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, searchWords, typeId } from "./columns.ts";

export const conversationsTable = pgTable("conversations", {
  id: typeId("conversation", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  userId: typeId("user", "user_id").notNull(),
  title: text("title").notNull(),
  model: text("model").notNull(),
  fallbackModels: text("fallback_models").array().notNull().default([]),
  target: jsonb("target").$type<ConversationTarget>().notNull().default({ kind: "model" }),
  facts: jsonb("facts").$type<string[]>().notNull().default([]),
  pinnedAt: instant("pinned_at"),
  archivedAt: instant("archived_at"),
  isShared: boolean("is_shared").notNull().default(false),
  isTemporary: boolean("is_temporary").notNull().default(false),
  headId: typeId("message", "head_id"),
  lastSeq: integer("last_seq").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  words: searchWords("words").notNull().generatedAlwaysAs(sql`to_tsvector('simple', title)`),
});
