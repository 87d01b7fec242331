import type { AnswerSchema } from "@crew/contracts/answer-schema";
import type { MessagePart } from "@crew/contracts/message-parts";
import type { RunError } from "@crew/contracts/runs";
import { sql } from "drizzle-orm";
import { integer, json, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, searchWords, typeId } from "./columns.ts";

export const messagesTable = pgTable("messages", {
  id: typeId("message", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  conversationId: typeId("conversation", "conversation_id").notNull(),
  seq: integer("seq").notNull(),
  parentId: typeId("message", "parent_id"),
  role: text("role").$type<"user" | "assistant">().notNull(),
  content: text("content").notNull(),
  parts: jsonb("parts").$type<MessagePart[]>().notNull().default([]),
  state: text("state").$type<"pending" | "complete" | "stopped" | "failed">().notNull(),
  answerSchema: json("answer_schema").$type<AnswerSchema>(),
  runId: typeId("run", "run_id"),
  clientMessageId: text("client_message_id"),
  error: jsonb("error").$type<RunError>(),
  taintedBy: jsonb("tainted_by").$type<string[]>().notNull().default([]),
  createdAt: instant("created_at").notNull(),
  words: searchWords("words").notNull().generatedAlwaysAs(sql`to_tsvector('simple', left(content, 100000))`),
});
