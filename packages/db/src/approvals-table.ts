import type { ApprovalDecision, ApprovalKind } from "@crew/contracts/approvals";
import type { GatedCall } from "@crew/contracts/tools";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const approvalsTable = pgTable("approvals", {
  id: typeId("approval", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  runId: typeId("run", "run_id").notNull(),
  stepKey: text("step_key").notNull(),
  kind: text("kind").$type<ApprovalKind>().notNull(),
  taskKey: text("task_key"),
  message: text("message").notNull(),
  output: text("output").notNull(),
  call: jsonb("call").$type<GatedCall>(),
  decision: text("decision").$type<ApprovalDecision>(),
  feedback: text("feedback").notNull(),
  decidedBy: text("decided_by"),
  createdAt: instant("created_at").notNull(),
  decidedAt: instant("decided_at"),
});
