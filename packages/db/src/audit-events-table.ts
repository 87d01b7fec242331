import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const auditEventsTable = pgTable("audit_events", {
  id: typeId("audit", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  actor: jsonb("actor").$type<AuditActor>().notNull(),
  action: text("action").notNull(),
  subject: text("subject").notNull(),
  detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
  requestId: text("request_id"),
  createdAt: instant("created_at").notNull(),
  outcome: text("outcome").$type<"ok" | "refused">().notNull(),
  address: text("address"),
  userAgent: text("user_agent"),
});

export interface AuditActor {
  kind: string;
  userId: string | null;
  apiKeyId: string | null;
  /** Absent in rows that are older than apps. */
  oauthClientId?: string | null;
  name: string;
}
