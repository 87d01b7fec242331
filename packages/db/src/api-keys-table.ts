import type { RateClass } from "@crew/contracts/api-keys";
import type { Permission } from "@crew/contracts/permissions";
import { pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const apiKeysTable = pgTable("api_keys", {
  id: typeId("key", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  userId: typeId("user", "user_id").notNull(),
  name: text("name").notNull(),
  keyHash: bytes("key_hash").notNull(),
  lastFour: text("last_four").notNull(),
  prefix: text("prefix").notNull().default(""),
  rateClass: text("rate_class").$type<RateClass>().notNull().default("standard"),
  scopes: text("scopes").array().$type<Permission[]>().notNull(),
  expiresAt: instant("expires_at"),
  lastUsedAt: instant("last_used_at"),
  lastUsedAddress: text("last_used_address"),
  createdAt: instant("created_at").notNull(),
});
