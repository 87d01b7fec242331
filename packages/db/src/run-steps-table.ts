import type { ToolClass } from "@crew/contracts/tools";
import { integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const runStepsTable = pgTable(
  "run_steps",
  {
    runId: typeId("run", "run_id").notNull(),
    key: text("key").notNull(),
    kind: text("kind").$type<"model" | "tool" | "human">().notNull(),
    class: text("class").$type<ToolClass>().notNull(),
    state: text("state").$type<"started" | "done">().notNull(),
    inputHash: text("input_hash").notNull(),
    result: jsonb("result"),
    epoch: integer("epoch").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.key] })],
);
