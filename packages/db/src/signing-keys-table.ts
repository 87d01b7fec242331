import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

export const signingKeysTable = pgTable("signing_keys", {
  generation: integer("generation").primaryKey(),
  keyId: text("key_id").notNull(),
  publicJwk: jsonb("public_jwk").$type<{ kty: string; crv: string; x: string }>().notNull(),
  privateJwkSealed: text("private_jwk_sealed").notNull(),
  activeAt: instant("active_at").notNull(),
  createdAt: instant("created_at").notNull(),
});
