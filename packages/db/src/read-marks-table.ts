import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import { typeId } from "./columns.ts";

export const readMarksTable = pgTable("read_marks", {
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  kind: text("kind").notNull(),
  weight: bigint("weight", { mode: "number" }).notNull(),
});
