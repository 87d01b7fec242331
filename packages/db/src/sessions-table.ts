import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const sessionsTable = pgTable("sessions", {
  id: uuid("id").primaryKey(),
  userId: typeId("user", "user_id").notNull(),
  tokenHash: bytes("token_hash").notNull(),
  expiresAt: instant("expires_at").notNull(),
  ipAddress: text("ip_address"),
  userAgent: text("user_agent"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
  provenAt: instant("proven_at").notNull(),
});
