import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const workersTable = pgTable("workers", {
  id: uuid("id").primaryKey(),
  lockKey: integer("lock_key").notNull(),
  host: text("host").notNull(),
  pid: integer("pid").notNull(),
  capacity: integer("capacity").notNull(),
  startedAt: instant("started_at").notNull(),
  heartbeatAt: instant("heartbeat_at").notNull(),
});
