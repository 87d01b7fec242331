import { pgTable } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";

export const signInLinksTable = pgTable("sign_in_links", {
  tokenHash: bytes("token_hash").primaryKey(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
});
