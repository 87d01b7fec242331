import { type Guarded, guardRestored } from "@crew/core/backups/guard-restored";
import type { Log } from "@crew/core/system";
import { clientDatabase } from "../database/client-database.ts";
import { migrate } from "../database/migrate.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import { openBossQueue } from "../queue/boss-queue.ts";
import type { Manifest } from "./archive-format.ts";
import { fillDatabase } from "./fill-database.ts";
import { requireMasterKeys } from "./open-sealed-secrets.ts";

export interface RestoredArchive {
  manifest: Manifest;
  guarded: Guarded;
  seconds: number;
}

/**
 * Makes an empty database this archive's installation, with every id, and brings it to the level of this version. What
 * keeps things from happening twice is set in the transaction that brings the rows: there is no moment without it.
 */
export async function restoreArchive(from: {
  address: DatabaseAddress;
  source: AsyncIterable<Buffer>;
  keys: readonly Buffer[];
  masterKeys: readonly Buffer[];
  log: Log;
}): Promise<RestoredArchive> {
  const startedAt = performance.now();
  let guarded: Guarded | undefined;
  const manifest = await fillDatabase({
    address: from.address,
    source: from.source,
    keys: from.keys,
    onOpening: async ({ masterKeyIds }) => requireMasterKeys(masterKeyIds, from.masterKeys),
    async beforeCommit(client, { backupId, snapshotAt, endedAt, tables }) {
      const rows = tables.reduce((sum, table) => sum + table.rows, 0);
      guarded = await guardRestored(clientDatabase(client), { backupId, snapshotAt, endedAt, tables: tables.length, rows });
    },
  });
  if (!guarded) throw new Error("a database that was filled was guarded before");
  await migrate(from.address);
  // Jobs are not in an archive: the queue begins empty, in a schema that services expect to be there.
  await using _boss = await openBossQueue({ address: from.address, log: from.log, migrate: true });
  return { manifest, guarded, seconds: Math.round((performance.now() - startedAt) / 10) / 100 };
}
