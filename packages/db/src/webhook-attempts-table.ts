import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const webhookAttemptsTable = pgTable(
  "webhook_attempts",
  {
    deliveryId: typeId("delivery", "delivery_id").notNull(),
    number: integer("number").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    startedAt: instant("started_at").notNull(),
    durationMs: integer("duration_ms").notNull(),
    responseStatus: integer("response_status"),
    responseExcerpt: text("response_excerpt"),
    error: text("error"),
  },
  (table) => [primaryKey({ columns: [table.deliveryId, table.number] })],
);
