import { boolean, pgTable } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const signInChallengesTable = pgTable("sign_in_challenges", {
  tokenHash: bytes("token_hash").primaryKey(),
  userId: typeId("user", "user_id").notNull(),
  isRemembered: boolean("is_remembered").notNull(),
  expiresAt: instant("expires_at").notNull(),
  createdAt: instant("created_at").notNull(),
});
