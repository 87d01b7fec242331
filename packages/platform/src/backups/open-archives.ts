import { type Archives, CannotVerify, type WrittenArchive } from "@crew/core/backups/archives-port";
import type { BackupSettings } from "../config/read-backup-settings.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { keyIdOf } from "../secrets/sealing-key.ts";
import { archiveName, type BackupPlace } from "./backup-place.ts";
import { PlaceAway } from "./backup-problem.ts";
import { createArchive } from "./create-archive.ts";
import { folderPlace } from "./folder-place.ts";
import { s3Place } from "./s3-place.ts";
import { verifyByRestoring } from "./verify-archive.ts";

export function openPlace(place: NonNullable<BackupSettings["place"]>, egressAllow: readonly string[]): BackupPlace {
  return place.kind === "s3" ? s3Place(place, egressAllow) : folderPlace(place.folder);
}

/** The first seals; then whatever may have sealed an older archive. */
export function backupKeys(key: Buffer | null | undefined, masterKeys: readonly [Buffer, ...Buffer[]]): readonly [Buffer, ...Buffer[]] {
  return key ? [key, ...masterKeys] : masterKeys;
}

/** Archives of one database at one place. */
export function openArchives(of: {
  address: DatabaseAddress;
  place: BackupPlace;
  keys: readonly [Buffer, ...Buffer[]];
  masterKeys: readonly [Buffer, ...Buffer[]];
}): Archives {
  const { address, place, keys, masterKeys } = of;
  return {
    place: place.kind,
    nameOf: archiveName,
    async create(name, backupId): Promise<WrittenArchive> {
      const { manifest, sizeBytes } = await createArchive({ address, place, name, backupId, key: keys[0] });
      return {
        sizeBytes,
        snapshotAt: manifest.snapshotAt,
        keyId: keyIdOf(keys[0]),
        schemaVersion: manifest.migrations.at(-1)?.name ?? "",
        ...totals(manifest.tables),
      };
    },
    async verify(name) {
      const source = await place.read(name).catch((error: Error) => {
        throw error instanceof PlaceAway ? new CannotVerify(error.message, { cause: error }) : error;
      });
      const { manifest, seconds } = await verifyByRestoring({ source, keys, address, masterKeys });
      return { ...totals(manifest.tables), seconds };
    },
    remove: (name) => place.remove(name),
  };
}

export function totals(tables: readonly { rows: number }[]): { tables: number; rows: number } {
  return { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
}
