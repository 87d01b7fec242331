import { boolean, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const workspacesTable = pgTable("workspaces", {
  id: typeId("workspace", "id").primaryKey(),
  name: text("name").notNull(),
  createdAt: instant("created_at").notNull(),
  requiresSecondFactor: boolean("requires_second_factor").notNull().default(false),
  /** Null: whoever started the run. */
  mailQuestionsTo: typeId("user", "mail_questions_to").array(),
});
