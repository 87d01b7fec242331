import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const taskOutputsTable = pgTable(
  "task_outputs",
  {
    runId: typeId("run", "run_id").notNull(),
    position: integer("position").notNull(),
    taskId: typeId("task", "task_id").notNull(),
    taskKey: text("task_key").notNull(),
    agentId: typeId("agent", "agent_id").notNull(),
    agentKey: text("agent_key").notNull(),
    text: text("text").notNull(),
    json: jsonb("json"),
    files: jsonb("files").$type<{ name: string; text: string }[]>().notNull(),
    taintedBy: jsonb("tainted_by").$type<string[]>().notNull().default([]),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.position] })],
);
