import type { Inputs } from "@crew/contracts/crews";
import type { Permission } from "@crew/contracts/permissions";
import type { RunKind, RunState, WaitReason } from "@crew/contracts/run-states";
import type { RunError, RunStarter } from "@crew/contracts/runs";
import { bigint, boolean, integer, jsonb, numeric, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

/** By what a run was started, where it was not a person in their own right. */
export interface StoredAuthority {
  apiKeyId: string | null;
  oauthClientId: string | null;
  /** What key or app allowed at the start; later rights of its owner do not widen it. */
  scopes: Permission[];
}

export const runsTable = pgTable("runs", {
  id: typeId("run", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  kind: text("kind").$type<RunKind>().notNull(),
  crewId: typeId("crew", "crew_id"),
  crewVersion: integer("crew_version"),
  conversationId: typeId("conversation", "conversation_id"),
  isTemporary: boolean("is_temporary").notNull().default(false),
  title: text("title").notNull(),
  inputs: jsonb("inputs").$type<Inputs>().notNull(),
  startedBy: jsonb("started_by").$type<RunStarter>().notNull(),
  startedByUserId: typeId("user", "started_by_user_id"),
  state: text("state").$type<RunState>().notNull(),
  reason: text("reason").$type<WaitReason>(),
  priority: integer("priority").notNull().default(0),
  epoch: integer("epoch").notNull().default(0),
  attempt: integer("attempt").notNull().default(0),
  fruitlessAttempts: integer("fruitless_attempts").notNull().default(0),
  leaseOwner: uuid("lease_owner"),
  leaseUntil: instant("lease_until"),
  releasedAt: instant("released_at"),
  releasedBecause: text("released_because"),
  wakeAt: instant("wake_at"),
  laneTurn: jsonb("lane_turn"),
  cancelRequestedBy: text("cancel_requested_by"),
  deadlineAt: instant("deadline_at"),
  claimedAt: instant("claimed_at"),
  activeMs: bigint("active_ms", { mode: "number" }).notNull().default(0),
  lastSeq: integer("last_seq").notNull().default(0),
  modelCalls: integer("model_calls").notNull().default(0),
  toolCalls: integer("tool_calls").notNull().default(0),
  inputTokens: bigint("input_tokens", { mode: "number" }).notNull().default(0),
  outputTokens: bigint("output_tokens", { mode: "number" }).notNull().default(0),
  costUsd: numeric("cost_usd").notNull().default("0"),
  costUnknown: boolean("cost_unknown").notNull().default(false),
  stepsDone: integer("steps_done").notNull().default(0),
  tasksDone: integer("tasks_done").notNull().default(0),
  tasksTotal: integer("tasks_total").notNull().default(0),
  output: text("output"),
  error: jsonb("error").$type<RunError>(),
  effectsKey: typeId("run", "effects_key"),
  lostWorkers: text("lost_workers").array().notNull().default([]),
  authority: jsonb("authority").$type<StoredAuthority>(),
  apiKeyId: typeId("key", "api_key_id"),
  parentRunId: typeId("run", "parent_run_id"),
  waitsForBudget: typeId("budget", "waits_for_budget"),
  said: integer("said").notNull().default(0),
  restoredFrom: instant("restored_from"),
  createdAt: instant("created_at").notNull(),
  startedAt: instant("started_at"),
  endedAt: instant("ended_at"),
});
