import { pgTable, text } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";

export const signInFlowsTable = pgTable("sign_in_flows", {
  stateHash: bytes("state_hash").primaryKey(),
  browserHash: bytes("browser_hash").notNull(),
  providerId: text("provider_id").notNull(),
  nonce: text("nonce").notNull(),
  codeVerifier: text("code_verifier").notNull(),
  callbackPath: text("callback_path").notNull(),
  expiresAt: instant("expires_at").notNull(),
});
