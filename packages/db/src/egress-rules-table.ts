import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const egressRulesTable = pgTable("egress_rules", {
  workspaceId: typeId("workspace", "workspace_id").primaryKey(),
  /** `null`: every public host. */
  allow: text("allow").array(),
  deny: text("deny").array().notNull(),
  updatedBy: text("updated_by").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
