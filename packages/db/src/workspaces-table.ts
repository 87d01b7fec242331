import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const workspacesTable = pgTable("workspaces", {
  id: typeId("workspace", "id").primaryKey(),
  name: text("name").notNull(),
  wrappedDataKey: text("wrapped_data_key"),
  createdAt: instant("created_at").notNull(),
});
