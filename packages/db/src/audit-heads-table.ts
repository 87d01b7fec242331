import { bigint, pgTable } from "drizzle-orm/pg-core";
import { bytes, typeId } from "./columns.ts";

export const auditHeadsTable = pgTable("audit_heads", {
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: bytes("hash").notNull(),
});
