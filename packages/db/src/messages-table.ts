import type { RunError } from "@crew/contracts/runs";
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const messagesTable = pgTable("messages", {
  id: typeId("message", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  conversationId: typeId("conversation", "conversation_id").notNull(),
  seq: integer("seq").notNull(),
  role: text("role").$type<"user" | "assistant">().notNull(),
  content: text("content").notNull(),
  state: text("state").$type<"pending" | "complete" | "stopped" | "failed">().notNull(),
  runId: typeId("run", "run_id"),
  clientMessageId: text("client_message_id"),
  error: jsonb("error").$type<RunError>(),
  taintedBy: jsonb("tainted_by").$type<string[]>().notNull().default([]),
  createdAt: instant("created_at").notNull(),
});
