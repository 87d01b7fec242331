import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const crewSignOffsTable = pgTable(
  "crew_sign_offs",
  {
    crewId: typeId("crew", "crew_id").notNull(),
    version: integer("version").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    signedBy: typeId("user", "signed_by"),
    signedByName: text("signed_by_name").notNull(),
    signedAt: instant("signed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.crewId, table.version] })],
);
