import type { ApprovalDecision } from "@crew/contracts/approvals";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const approvalsTable = pgTable("approvals", {
  id: typeId("approval", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  runId: typeId("run", "run_id").notNull(),
  stepKey: text("step_key").notNull(),
  kind: text("kind").$type<"human_input" | "needs_attention">().notNull(),
  taskKey: text("task_key"),
  message: text("message").notNull(),
  output: text("output").notNull(),
  decision: text("decision").$type<ApprovalDecision>(),
  feedback: text("feedback").notNull(),
  decidedBy: text("decided_by"),
  createdAt: instant("created_at").notNull(),
  decidedAt: instant("decided_at"),
});
