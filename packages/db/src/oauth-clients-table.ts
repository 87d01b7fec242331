import type { OAuthClientKind } from "@crew/contracts/oauth-clients";
import type { Permission } from "@crew/contracts/permissions";
import { boolean, pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const oauthClientsTable = pgTable("oauth_clients", {
  id: typeId("client", "id").primaryKey(),
  workspaceId: typeId("workspace", "workspace_id"),
  createdBy: typeId("user", "created_by"),
  name: text("name").notNull(),
  kind: text("kind").$type<OAuthClientKind>().notNull(),
  redirectUris: text("redirect_uris").array().notNull(),
  actsAlone: boolean("acts_alone").notNull(),
  scopes: text("scopes").array().$type<Permission[]>().notNull(),
  secretHash: bytes("secret_hash"),
  secretLastFour: text("secret_last_four"),
  createdAt: instant("created_at").notNull(),
  lastUsedAt: instant("last_used_at"),
});
