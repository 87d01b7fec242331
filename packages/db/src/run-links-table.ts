import type { RunLinkKind } from "@crew/contracts/runs";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const runLinksTable = pgTable("run_links", {
  runId: typeId("run", "run_id").notNull(),
  kind: text("kind").$type<RunLinkKind>().notNull(),
  linkedRunId: typeId("run", "linked_run_id").notNull(),
  createdAt: instant("created_at").notNull(),
});
