import type { TriggerDeliveryState } from "@crew/contracts/triggers";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const triggerDeliveriesTable = pgTable("trigger_deliveries", {
  id: typeId("delivery", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  triggerId: typeId("trigger", "trigger_id").notNull(),
  messageId: text("message_id").notNull(),
  payload: text("payload").notNull(),
  state: text("state").$type<TriggerDeliveryState>().notNull(),
  runId: typeId("run", "run_id"),
  why: text("why"),
  received: integer("received").notNull().default(1),
  createdAt: instant("created_at").notNull(),
  lastReceivedAt: instant("last_received_at").notNull(),
});
