import type { RunEventType } from "@crew/contracts/run-events";
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const runEventsTable = pgTable(
  "run_events",
  {
    runId: typeId("run", "run_id").notNull(),
    seq: integer("seq").notNull(),
    key: text("key").notNull(),
    type: text("type").$type<RunEventType>().notNull(),
    at: instant("at").notNull(),
    taskId: typeId("task", "task_id"),
    agentId: typeId("agent", "agent_id"),
    data: jsonb("data").$type<Record<string, unknown>>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.seq] })],
);
