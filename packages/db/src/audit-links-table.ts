import { bigint, pgTable } from "drizzle-orm/pg-core";
import { bytes, typeId } from "./columns.ts";

export const auditLinksTable = pgTable("audit_links", {
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  eventId: typeId("audit", "event_id").notNull(),
  prevHash: bytes("prev_hash").notNull(),
  hash: bytes("hash").notNull(),
});
