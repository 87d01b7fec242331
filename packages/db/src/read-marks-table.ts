import { bigint, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const readMarksTable = pgTable(
  "read_marks",
  {
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    kind: text("kind").notNull(),
    writer: integer("writer").notNull(),
    weight: bigint("weight", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.kind, table.writer] })],
);
