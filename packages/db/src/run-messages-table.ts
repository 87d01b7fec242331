import type { RunCommand } from "@crew/contracts/run-messages";
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const runMessagesTable = pgTable(
  "run_messages",
  {
    runId: typeId("run", "run_id").notNull(),
    seq: integer("seq").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    clientMessageId: text("client_message_id").notNull(),
    userId: typeId("user", "user_id"),
    byName: text("by_name").notNull(),
    text: text("text").notNull(),
    command: jsonb("command").$type<RunCommand>().notNull(),
    createdAt: instant("created_at").notNull(),
    seenStep: text("seen_step"),
    seenAt: instant("seen_at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);
