import { bigint, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const webhookDeliveriesTable = pgTable("webhook_deliveries", {
  id: typeId("delivery", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  webhookId: typeId("webhook", "webhook_id").notNull(),
  type: text("type").notNull(),
  payload: jsonb("payload").$type<Record<string, unknown>>().notNull(),
  state: text("state").$type<"pending" | "delivered" | "failed">().notNull(),
  attempts: integer("attempts").notNull(),
  responseStatus: integer("response_status"),
  error: text("error"),
  nextAttemptAt: instant("next_attempt_at"),
  createdAt: instant("created_at").notNull(),
  endedAt: instant("ended_at"),
  outboxId: uuid("outbox_id"),
  seq: bigint("seq", { mode: "number" }).generatedByDefaultAsIdentity().notNull(),
  sendingUntil: instant("sending_until"),
  earlierAttempts: integer("earlier_attempts").notNull().default(0),
});
