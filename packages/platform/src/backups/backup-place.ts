import type { BackupPlaceKind } from "@crew/contracts/backups";

export interface StoredArchive {
  name: string;
  sizeBytes: number;
}

/** Where archives lie: a folder, or a bucket. */
export interface BackupPlace extends AsyncDisposable {
  readonly kind: BackupPlaceKind;
  /** Under its name there is either all of it or nothing, whenever this process dies. Returns its bytes. */
  write(name: string, bytes: AsyncIterable<Buffer>): Promise<number>;
  read(name: string): Promise<AsyncIterable<Buffer>>;
  remove(name: string): Promise<void>;
  /** By name, which begins with the time. */
  list(): Promise<StoredArchive[]>;
}

export const ARCHIVE_NAME = /^crew-[0-9TZ:.-]+-[0-9a-z]+\.crewbackup$/;

export function archiveName(startedAt: Date, backupId: string): string {
  return `crew-${startedAt.toISOString().slice(0, 19).replaceAll(":", "-")}Z-${backupId.slice(-8)}.crewbackup`;
}
