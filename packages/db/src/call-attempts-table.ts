import type { AttemptOutcome } from "@crew/contracts/runs";
import { integer, numeric, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const callAttemptsTable = pgTable("call_attempts", {
  id: typeId("attempt", "id").primaryKey(),
  runId: typeId("run", "run_id").notNull(),
  stepKey: text("step_key").notNull(),
  provider: text("provider").notNull(),
  model: text("model").notNull(),
  outcome: text("outcome").$type<AttemptOutcome>().notNull(),
  failure: text("failure"),
  inputTokens: integer("input_tokens"),
  outputTokens: integer("output_tokens"),
  costUsd: numeric("cost_usd"),
  epoch: integer("epoch").notNull(),
  sentAt: instant("sent_at").notNull(),
  endedAt: instant("ended_at"),
});
