import { integer, pgTable } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const runLimitsTable = pgTable("run_limits", {
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  /** Null: the workspace's own. */
  crewId: typeId("crew", "crew_id"),
  maxConcurrentRuns: integer("max_concurrent_runs"),
  maxQueuedRuns: integer("max_queued_runs"),
  defaultMaxExecutionSeconds: integer("default_max_execution_seconds"),
  priority: integer("priority").notNull().default(0),
});
