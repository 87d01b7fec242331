import type { Permission } from "@crew/contracts/permissions";
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const oauthGrantsTable = pgTable("oauth_grants", {
  id: typeId("grant", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id").notNull(),
  userId: typeId("user", "user_id").notNull(),
  clientId: typeId("client", "client_id").notNull(),
  scopes: text("scopes").array().$type<Permission[]>().notNull(),
  createdAt: instant("created_at").notNull(),
  lastUsedAt: instant("last_used_at"),
});
