import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const baseBackupStandingTable = pgTable("base_backup_standing", {
  id: integer("id").primaryKey(),
  toldAt: instant("told_at").notNull(),
  goodAt: instant("good_at"),
  problem: text("problem"),
});
