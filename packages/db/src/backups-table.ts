import type { BackupKind, BackupPlaceKind, BackupState, VerifyState } from "@crew/contracts/backups";
import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, typeId } from "./columns.ts";

export const backupsTable = pgTable("backups", {
  id: typeId("backup", "id").primaryKey(),
  kind: text("kind").$type<BackupKind>().notNull(),
  state: text("state").$type<BackupState>().notNull(),
  startedAt: instant("started_at").notNull(),
  takenAt: instant("taken_at"),
  endedAt: instant("ended_at"),
  snapshotAt: instant("snapshot_at"),
  sizeBytes: bigint("size_bytes", { mode: "number" }),
  place: text("place").$type<BackupPlaceKind>().notNull(),
  name: text("name").notNull(),
  tables: integer("tables"),
  rows: bigint("rows", { mode: "number" }),
  schemaVersion: text("schema_version"),
  keyId: text("key_id"),
  verifiedAt: instant("verified_at"),
  verifyState: text("verify_state").$type<VerifyState>().notNull().default("unverified"),
  verifyAskedAt: instant("verify_asked_at"),
  problem: text("problem"),
});
