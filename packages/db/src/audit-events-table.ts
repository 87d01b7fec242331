import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const auditEventsTable = pgTable("audit_events", {
  id: typeId("audit", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  actor: jsonb("actor").notNull(),
  action: text("action").notNull(),
  subject: text("subject").notNull(),
  detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
  requestId: text("request_id"),
  createdAt: instant("created_at").notNull(),
});
