import { pgTable } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const restoresTable = pgTable("restores", {
  restoredAt: instant("restored_at").primaryKey(),
  backupId: typeId("backup", "backup_id").notNull(),
  snapshotAt: instant("snapshot_at").notNull(),
  releasedAt: instant("released_at"),
});
