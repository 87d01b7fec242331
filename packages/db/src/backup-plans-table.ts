import type { BackupPlaceKind } from "@crew/contracts/backups";
import { doublePrecision, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const backupPlansTable = pgTable("backup_plans", {
  place: text("place").$type<BackupPlaceKind>().primaryKey(),
  everyHours: doublePrecision("every_hours").notNull(),
  keep: text("keep").notNull(),
  seenAt: instant("seen_at").notNull(),
});
