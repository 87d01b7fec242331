import type { BudgetAction, BudgetMeasure, BudgetPeriod, BudgetScope } from "@crew/contracts/budgets";
import { boolean, integer, numeric, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const budgetsTable = pgTable("budgets", {
  id: typeId("budget", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  name: text("name").notNull(),
  scope: text("scope").$type<BudgetScope>().notNull(),
  subjectId: uuid("subject_id"),
  period: text("period").$type<BudgetPeriod>().notNull(),
  measure: text("measure").$type<BudgetMeasure>().notNull(),
  limitAmount: numeric("limit_amount").notNull(),
  action: text("action").$type<BudgetAction>().notNull(),
  warnAtPercent: integer("warn_at_percent"),
  isEnabled: boolean("is_enabled").notNull(),
  version: integer("version").notNull().default(1),
  createdBy: typeId("user", "created_by"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
