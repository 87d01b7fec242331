import type { Document, Inputs } from "@crew/contracts/crews";
import type { MissedPolicy, OverlapPolicy, SetUpBy } from "@crew/contracts/schedules";
import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";
import type { StoredAuthority } from "./runs-table.ts";

export const schedulesTable = pgTable("schedules", {
  id: typeId("schedule", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  crewId: typeId("crew", "crew_id").notNull(),
  name: text("name").notNull(),
  cron: text("cron").notNull(),
  timezone: text("timezone").notNull(),
  inputs: jsonb("inputs").$type<Inputs>().notNull(),
  documents: jsonb("documents").$type<Document[]>().notNull().default([]),
  missedPolicy: text("missed_policy").$type<MissedPolicy>().notNull(),
  graceSeconds: integer("grace_seconds").notNull(),
  overlap: text("overlap").$type<OverlapPolicy>().notNull(),
  isPaused: boolean("is_paused").notNull(),
  pausedBecause: text("paused_because"),
  failuresInRow: integer("failures_in_row").notNull().default(0),
  nextAt: instant("next_at"),
  lastRunId: typeId("run", "last_run_id"),
  createdBy: jsonb("created_by").$type<SetUpBy>().notNull(),
  actsForUserId: typeId("user", "acts_for_user_id"),
  actsForName: text("acts_for_name").notNull(),
  authority: jsonb("authority").$type<StoredAuthority>(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
