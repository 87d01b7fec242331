import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const runDocumentsTable = pgTable(
  "run_documents",
  {
    runId: typeId("run", "run_id").notNull(),
    position: integer("position").notNull(),
    name: text("name").notNull(),
    text: text("text").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.position] })],
);
