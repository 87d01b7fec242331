import type { ApprovalDecision, ApprovalKind } from "@crew/contracts/approvals";
import type { HumanPolicy } from "@crew/contracts/crews";
import type { GatedCall, UnknownCall } from "@crew/contracts/tools";
import { jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const approvalsTable = pgTable("approvals", {
  id: typeId("approval", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  runId: typeId("run", "run_id").notNull(),
  stepKey: text("step_key").notNull(),
  kind: text("kind").$type<ApprovalKind>().notNull(),
  taskKey: text("task_key"),
  agentKey: text("agent_key"),
  message: text("message").notNull(),
  output: text("output").notNull(),
  call: jsonb("call").$type<GatedCall>(),
  callParameters: jsonb("call_parameters").$type<Record<string, unknown>>(),
  unknownCall: jsonb("unknown_call").$type<UnknownCall>(),
  decision: text("decision").$type<ApprovalDecision>(),
  feedback: text("feedback").notNull(),
  editedOutput: text("edited_output"),
  editedArguments: jsonb("edited_arguments").$type<Record<string, unknown>>(),
  decidedBy: text("decided_by"),
  createdAt: instant("created_at").notNull(),
  decidedAt: instant("decided_at"),
  policy: jsonb("policy").$type<HumanPolicy>(),
  deadlineAt: instant("deadline_at"),
  escalatedAt: instant("escalated_at"),
  announcedAt: instant("announced_at"),
});
