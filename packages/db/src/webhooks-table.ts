import type { SecuritySeverity } from "@crew/contracts/security-events";
import { boolean, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const webhooksTable = pgTable("webhooks", {
  id: typeId("webhook", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  url: text("url").notNull(),
  events: text("events").array().notNull(),
  minSeverity: text("min_severity").$type<SecuritySeverity>().notNull(),
  secretSealed: text("secret_sealed").notNull(),
  formerSecretSealed: text("former_secret_sealed"),
  formerUntil: instant("former_until"),
  isEnabled: boolean("is_enabled").notNull(),
  disabledBecause: text("disabled_because"),
  createdAt: instant("created_at").notNull(),
  failingSince: instant("failing_since"),
});
