import type { Memory } from "@crew/contracts/memories";
import { sql } from "drizzle-orm";
import { boolean, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, searchWords, typeId } from "./columns.ts";

export const memoriesTable = pgTable("memories", {
  id: typeId("memory", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  crewId: typeId("crew", "crew_id").notNull(),
  runId: typeId("run", "run_id").notNull(),
  taskKey: text("task_key").notNull(),
  agentKey: text("agent_key").notNull(),
  source: text("source").$type<Memory["source"]>().notNull(),
  text: text("text").notNull(),
  taintedBy: jsonb("tainted_by").$type<string[]>().notNull(),
  tainted: boolean("tainted").notNull().generatedAlwaysAs(sql`tainted_by <> '[]'`),
  createdAt: instant("created_at").notNull(),
  words: searchWords("words").notNull().generatedAlwaysAs(sql`to_tsvector('simple', text)`),
});
