import { bigint, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const dataKeysTable = pgTable("data_keys", {
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  keyId: text("key_id").notNull(),
  wrappedKey: text("wrapped_key").notNull(),
  seals: bigint("seals", { mode: "number" }).notNull(),
  createdAt: instant("created_at").notNull(),
});
