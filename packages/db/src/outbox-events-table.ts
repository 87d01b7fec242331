import { bigint, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const outboxEventsTable = pgTable("outbox_events", {
  id: uuid("id").primaryKey(),
  seq: bigint("seq", { mode: "number" }).generatedByDefaultAsIdentity().notNull(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  type: text("type").notNull(),
  payload: jsonb("payload").$type<Record<string, unknown>>().notNull(),
  createdAt: instant("created_at").notNull(),
  dispatchedAt: instant("dispatched_at"),
});
