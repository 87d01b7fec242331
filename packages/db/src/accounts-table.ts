import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

/** A person's password (`credential`), or their account at another's sign-in. */
export const accountsTable = pgTable("accounts", {
  id: uuid("id").primaryKey(),
  userId: typeId("user", "user_id").notNull(),
  accountId: text("account_id").notNull(),
  providerId: text("provider_id").notNull(),
  accessToken: text("access_token"),
  refreshToken: text("refresh_token"),
  idToken: text("id_token"),
  accessTokenExpiresAt: instant("access_token_expires_at"),
  refreshTokenExpiresAt: instant("refresh_token_expires_at"),
  scope: text("scope"),
  password: text("password"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});
