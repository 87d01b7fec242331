import type { BackupPlaceKind } from "@crew/contracts/backups";

/** What became of an archive that was written. */
export interface WrittenArchive {
  snapshotAt: string;
  sizeBytes: number;
  tables: number;
  rows: number;
  keyId: string;
  schemaVersion: string;
}

/** There is no room or no right to try an archive, or its place is away: of the archive itself nothing is known. */
export class CannotVerify extends Error {
  override name = "CannotVerify";
}

/** Makes, proves and removes the archives of this database at the one place that is set. */
export interface Archives {
  readonly place: BackupPlaceKind;
  nameOf(startedAt: Date, backupId: string): string;
  create(name: string, backupId: string): Promise<WrittenArchive>;
  /** Restores it elsewhere and compares. Rejects with a sentence that says what differs, or with `CannotVerify`. */
  verify(name: string): Promise<{ tables: number; rows: number; seconds: number }>;
  remove(name: string): Promise<void>;
}
