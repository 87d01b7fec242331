import type { HaltScope } from "@crew/contracts/halts";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const haltsTable = pgTable("halts", {
  id: typeId("halt", "id").primaryKey(),
  scope: text("scope").$type<HaltScope>().notNull(),
  workspaceId: typeId("workspace", "workspace_id"),
  crewId: typeId("crew", "crew_id"),
  reason: text("reason").notNull(),
  byName: text("by_name").notNull(),
  createdAt: instant("created_at").notNull(),
});
