import { pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const mailedTokensTable = pgTable("mailed_tokens", {
  tokenHash: bytes("token_hash").primaryKey(),
  userId: typeId("user", "user_id").notNull(),
  purpose: text("purpose", { enum: ["password_reset", "email_verification", "email_change"] }).notNull(),
  email: text("email").notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
});
