import type pg from "pg";
import type { Migration } from "../database/compare-migrations.ts";
import { copyIn, moveSequences, openCopyClient, readTableShapes } from "../database/copy-tables.ts";
import { whatIsInside } from "../database/empty-database.ts";
import { liftConstraints } from "../database/lift-constraints.ts";
import { migrate, readMigrations } from "../database/migrate.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";
import type { Manifest, Opening } from "./archive-format.ts";
import { BackupProblem } from "./backup-problem.ts";
import { readArchive } from "./read-archive.ts";

export interface FillOptions {
  address: DatabaseAddress;
  source: AsyncIterable<Buffer>;
  keys: readonly Buffer[];
  /** Before anything is written. */
  onOpening?(opening: Opening): Promise<void>;
  /** In the transaction that brings the rows, behind the last of them: it is part of what is either all there or not at all. */
  beforeCommit?(client: pg.Client, manifest: Manifest): Promise<void>;
}

/**
 * Fills an empty database with an archive: first the migrations that it was saved with, then all rows in one transaction.
 * When it fails, what is left are tables without rows, and the same can be tried again.
 */
export async function fillDatabase({ address, source, keys, onOpening, beforeCommit }: FillOptions): Promise<Manifest> {
  let client: (pg.Client & AsyncDisposable) | undefined;
  let putBack: (() => Promise<void>) | undefined;
  const known = new Map<string, Set<string>>();
  const opened = () => {
    if (!client || !putBack) throw new BackupProblem("The parts of the archive are not in their order.");
    return { client, putBack };
  };
  try {
    const { manifest } = await readArchive(source, keys, {
      async onOpening(opening) {
        await onOpening?.(opening);
        const migrations = migrationsOf(opening);
        await requireEmpty(address);
        await migrate(address, migrations);
        client = await openCopyClient(address);
        for (const { table, columns } of await readTableShapes(client)) known.set(table, new Set(columns));
        await client.query("BEGIN");
        putBack = await liftConstraints(client);
      },
      async onTable(head, rows) {
        const columns = known.get(head.table);
        if (!columns || head.columns.some((name) => !columns.has(name)))
          throw new BackupProblem(`The table ${head.table} of the archive is not that of its migrations.`);
        await copyIn(opened().client, head, rows);
      },
      async onManifest(manifest) {
        await moveSequences(opened().client);
        await opened().putBack();
        await beforeCommit?.(opened().client, manifest);
        await opened().client.query("COMMIT");
        await opened().client.query("ANALYZE");
      },
    });
    return manifest;
  } finally {
    await client?.[Symbol.asyncDispose]();
  }
}

async function requireEmpty(address: DatabaseAddress): Promise<void> {
  await using client = await openCopyClient(address);
  const found = await whatIsInside(client);
  if (found !== undefined)
    throw new BackupProblem(
      `The database is not empty: it has the table ${found}. Make a new one (CREATE DATABASE crew_restored;), or take another data folder, and restore into that.`,
    );
}

/** The first of ours, up to the level of the archive. */
function migrationsOf({ migrations }: Opening): Migration[] {
  const ours = readMigrations();
  migrations.forEach(({ name, sha256 }, index) => {
    const own = ours[index];
    if (own?.name !== name)
      throw new BackupProblem(
        `The archive was made with the migration ${name}, which this version does not know. Restore it with the version that made it, or a newer one.`,
      );
    if (own.sha256 !== sha256)
      throw new BackupProblem(`The migration ${name} of the archive has another text than ours: this is not the same product.`);
  });
  return ours.slice(0, migrations.length);
}
