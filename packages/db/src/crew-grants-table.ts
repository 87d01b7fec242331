import type { CrewPermission } from "@crew/contracts/crew-grants";
import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const crewGrantsTable = pgTable(
  "crew_grants",
  {
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    crewId: typeId("crew", "crew_id").notNull(),
    userId: typeId("user", "user_id").notNull(),
    permissions: text("permissions").array().$type<CrewPermission[]>().notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.crewId, table.userId] })],
);
