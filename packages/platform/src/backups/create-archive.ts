import { VERSION } from "../config/read-config.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import type { Manifest } from "./archive-format.ts";
import type { BackupPlace } from "./backup-place.ts";
import { BackupProblem } from "./backup-problem.ts";
import { openSnapshot } from "./open-snapshot.ts";
import { writeArchive } from "./write-archive.ts";

export interface CreatedArchive {
  manifest: Manifest;
  sizeBytes: number;
}

/** Saves the database as it is in one moment, while others go on writing to it. */
export async function createArchive(from: {
  address: DatabaseAddress;
  place: BackupPlace;
  name: string;
  backupId: string;
  key: Buffer;
}): Promise<CreatedArchive> {
  await using snapshot = await openSnapshot(from.address);
  const { client, tables } = snapshot;
  const opening = { ...snapshot.opening, backupId: from.backupId, productVersion: VERSION };
  let manifest: Manifest | undefined;
  const bytes = writeArchive({ client, opening, tables, key: from.key }, (written) => {
    manifest = written;
  });
  const sizeBytes = await from.place.write(from.name, bytes);
  if (!manifest) throw new BackupProblem("The archive was not written to its end.");
  return { manifest, sizeBytes };
}
