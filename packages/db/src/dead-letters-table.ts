import type { DeadLetterKind, DeadLetterState } from "@crew/contracts/dead-letters";
import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

/** Of a run that died: who gave it up, and which workers it lost before. */
export interface DeadRunDetail {
  worker: { host: string; pid: number };
  lostWorkers: string[];
}

export const deadLettersTable = pgTable("dead_letters", {
  id: typeId("letter", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id"),
  kind: text("kind").$type<DeadLetterKind>().notNull(),
  runId: typeId("run", "run_id"),
  crewId: typeId("crew", "crew_id"),
  jobId: uuid("job_id"),
  jobName: text("job_name"),
  title: text("title").notNull(),
  code: text("code").notNull(),
  message: text("message").notNull(),
  attempts: integer("attempts").notNull(),
  detail: jsonb("detail").$type<Partial<DeadRunDetail>>().notNull().default({}),
  payload: jsonb("payload").$type<Record<string, unknown>>(),
  state: text("state").$type<DeadLetterState>().notNull().default("open"),
  redrivenRunId: typeId("run", "redriven_run_id"),
  reason: text("reason"),
  resolvedBy: text("resolved_by"),
  resolvedAt: instant("resolved_at"),
  createdAt: instant("created_at").notNull(),
});
