import { jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant, typeId } from "./columns.ts";

export const oauthArtifactsTable = pgTable(
  "oauth_artifacts",
  {
    kind: text("kind").notNull(),
    idHash: bytes("id_hash").notNull(),
    grantId: typeId("grant", "grant_id"),
    payload: jsonb("payload").$type<Record<string, unknown>>().notNull(),
    consumedAt: instant("consumed_at"),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.idHash] })],
);
