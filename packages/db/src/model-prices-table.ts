import { numeric, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const modelPricesTable = pgTable(
  "model_prices",
  {
    workspaceId: typeId("workspace", "workspace_id").notNull(),
    model: text("model").notNull(),
    inputPerMillion: numeric("input_per_million").notNull(),
    outputPerMillion: numeric("output_per_million").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.model] })],
);
