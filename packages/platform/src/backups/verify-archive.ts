import { CannotVerify } from "@crew/core/backups/archives-port";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { openScratchDatabase } from "../database/scratch-database.ts";
import type { Manifest } from "./archive-format.ts";
import { BackupProblem } from "./backup-problem.ts";
import { compareDatabase } from "./compare-database.ts";
import { fillDatabase } from "./fill-database.ts";
import { type OpenedSecrets, openSealedSecrets, requireMasterKeys } from "./open-sealed-secrets.ts";
import { readArchive } from "./read-archive.ts";

export interface VerifiedArchive {
  manifest: Manifest;
  seconds: number;
  /** Null: nothing was restored. */
  opened: OpenedSecrets | null;
}

/** Reads all of it and checks every hash in it. */
export async function verifyByReading(source: AsyncIterable<Buffer>, keys: readonly Buffer[]): Promise<VerifiedArchive> {
  const startedAt = performance.now();
  const { manifest } = await readArchive(source, keys);
  return { manifest, seconds: secondsSince(startedAt), opened: null };
}

/**
 * Restores it into a database that is dropped afterwards, on the server of `address`, reads every row back and opens the
 * secrets. Throws `BackupProblem` with everything that differs. Who calls this holds the lock of backups.
 */
export async function verifyByRestoring(from: {
  source: AsyncIterable<Buffer>;
  keys: readonly Buffer[];
  address: DatabaseAddress;
  masterKeys: readonly [Buffer, ...Buffer[]];
}): Promise<VerifiedArchive> {
  const startedAt = performance.now();
  await using scratch = await openScratchDatabase(from.address).catch((error: Error) => {
    throw new CannotVerify(
      `There could be no database to try it in: ${error.message}. The user of DATABASE_URL needs the right to make some (ALTER ROLE … CREATEDB), and the disk room for it.`,
      { cause: error },
    );
  });
  const manifest = await fillDatabase({
    address: scratch.address,
    source: from.source,
    keys: from.keys,
    onOpening: async ({ masterKeyIds }) => requireMasterKeys(masterKeyIds, from.masterKeys),
  });
  const differences = await compareDatabase(scratch.address, manifest);
  if (differences.length > 0) throw new BackupProblem(`What was restored differs from what was saved. ${differences.join(" ")}`);
  const opened = await openSealedSecrets(scratch.address, from.masterKeys);
  return { manifest, seconds: secondsSince(startedAt), opened };
}

const secondsSince = (startedAt: number) => Math.round((performance.now() - startedAt) / 10) / 100;
