import type { CrewDefinition } from "@crew/contracts/crews";
import { integer, jsonb, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const crewVersionsTable = pgTable(
  "crew_versions",
  {
    crewId: typeId("crew", "crew_id").notNull(),
    version: integer("version").notNull(),
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    definition: jsonb("definition").$type<CrewDefinition>().notNull(),
    createdBy: typeId("user", "created_by"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.crewId, table.version] })],
);
