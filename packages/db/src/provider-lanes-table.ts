import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const providerLanesTable = pgTable("provider_lanes", {
  lane: text("lane").primaryKey(),
  state: jsonb("state").notNull(),
  usedAt: instant("used_at").notNull(),
});
