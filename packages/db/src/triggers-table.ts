import type { SetUpBy } from "@crew/contracts/schedules";
import type { TriggerMapping } from "@crew/contracts/trigger-mapping";
import { boolean, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";
import type { StoredAuthority } from "./runs-table.ts";

export const triggersTable = pgTable("triggers", {
  id: typeId("trigger", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  crewId: typeId("crew", "crew_id").notNull(),
  name: text("name").notNull(),
  mapping: jsonb("mapping").$type<TriggerMapping>().notNull(),
  isEnabled: boolean("is_enabled").notNull(),
  secretSealed: text("secret_sealed").notNull(),
  formerSecretSealed: text("former_secret_sealed"),
  formerUntil: instant("former_until"),
  createdBy: jsonb("created_by").$type<SetUpBy>().notNull(),
  actsForUserId: typeId("user", "acts_for_user_id"),
  actsForName: text("acts_for_name").notNull(),
  authority: jsonb("authority").$type<StoredAuthority>(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
