import { jsonb, pgTable } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";

export const socketTicketsTable = pgTable("socket_tickets", {
  tokenHash: bytes("token_hash").primaryKey(),
  actor: jsonb("actor").notNull(),
  expiresAt: instant("expires_at").notNull(),
});
