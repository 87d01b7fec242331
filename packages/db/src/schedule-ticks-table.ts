import type { TickOutcome } from "@crew/contracts/schedules";
import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const scheduleTicksTable = pgTable(
  "schedule_ticks",
  {
    scheduleId: typeId("schedule", "schedule_id").notNull(),
    tickAt: instant("tick_at").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    outcome: text("outcome").$type<TickOutcome>().notNull(),
    runId: typeId("run", "run_id"),
    why: text("why"),
    decidedAt: instant("decided_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scheduleId, table.tickAt] })],
);
