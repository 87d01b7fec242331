import type { SecuritySeverity } from "@crew/contracts/security-events";
import { integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const securityEventsTable = pgTable("security_events", {
  id: uuid("id").primaryKey().defaultRandom(),
  workspaceId: typeId("workspace", "workspace_id"),
  kind: text("kind").notNull(),
  severity: text("severity").$type<SecuritySeverity>().notNull(),
  userId: typeId("user", "user_id"),
  address: text("address"),
  detail: jsonb("detail").$type<Record<string, unknown>>().notNull(),
  count: integer("count").notNull(),
  createdAt: instant("created_at").notNull(),
});
