import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const secondFactorsTable = pgTable("second_factors", {
  userId: typeId("user", "user_id").primaryKey(),
  seedEncrypted: text("seed_encrypted").notNull(),
  recoveryCodeHashes: bytes("recovery_code_hashes").array().notNull(),
  enabledAt: instant("enabled_at"),
  lastStep: bigint("last_step", { mode: "number" }).notNull(),
  tries: integer("tries").notNull(),
  lockedUntil: instant("locked_until"),
  createdAt: instant("created_at").notNull(),
});
