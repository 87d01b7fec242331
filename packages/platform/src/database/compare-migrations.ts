import type { Log } from "@crew/core/system";
import type pg from "pg";

export interface Migration {
  /** `NNNN_name.sql` */
  name: string;
  sha256: string;
  sql: string;
  /** Why older versions cannot run beside it; `null`: they can. */
  contract: string | null;
}

/** The database does not fit the code; the message says what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/** The first migration that older versions may find without knowing it: those before it have never said what they break. */
export const FIRST_WITH_WAY_BACK = 24;

/** In the first line, or in the one after `-- no-transaction`. */
const MARKER = /^(?:-- no-transaction\n)?-- contract:(.+)\n/;

export function contractOf(name: string, sql: string): string | null {
  if (Number(name.slice(0, 4)) < FIRST_WITH_WAY_BACK) return "it is from before versions could run beside newer ones";
  return MARKER.exec(sql)?.[1]?.trim() || null;
}

/** What a database says of the migrations that it has. */
export type AppliedMigrations = Map<string, { sha256: string; contract: string | null }>;

/** Of a version that did not know the column; also what its default says, since such a version may apply more. */
export const UNTOLD = "the version that made it did not say whether older ones can run beside it";

export async function appliedMigrations(client: pg.Client): Promise<AppliedMigrations> {
  // As JSON, since a database that no newer version has migrated yet has no such column.
  const { rows } = await client.query<{ name: string; sha256: string; told: { contract?: string | null } }>(
    "SELECT name, sha256, to_jsonb(m) AS told FROM schema_migrations m ORDER BY name",
  );
  return new Map(rows.map(({ name, sha256, told }) => [name, { sha256, contract: told.contract === undefined ? UNTOLD : told.contract }]));
}

export interface MigrationsCompared {
  /** What the database lacks, in order. */
  pending: Migration[];
  /** What newer versions have added to it, beside which this one can run. */
  newer: string[];
}

/**
 * Holds the code's migrations against those of a database. Throws `MigrationError` where the two do not fit: a newer version
 * has done what this one cannot stand, a text has changed, or the two come from different lines.
 */
export function compareMigrations(migrations: Migration[], applied: AppliedMigrations): MigrationsCompared {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newer = [...applied.keys()].filter((name) => !known.has(name));
  for (const name of newer) {
    const reason = applied.get(name)?.contract;
    if (reason)
      throw new MigrationError(
        `The database has the migration ${name}, which this version does not know and cannot run beside: ${reason}. Start the version that made it, or a newer one; the way back to this version is a backup from before it.`,
      );
  }
  for (const [name, { sha256 }] of applied) {
    const migration = known.get(name);
    if (migration && migration.sha256 !== sha256)
      throw new MigrationError(
        `The migration ${name} was applied with another text. Put back the original file; changes go into a new one.`,
      );
  }
  const pending = migrations.filter(({ name }) => !applied.has(name));
  const first = pending[0];
  if (first && newer.length > 0)
    throw new MigrationError(
      `The database has the migration ${newer[0]}, which this version does not know, and lacks ${first.name}, which it does: the two come from different lines. Start the version that made the database, or a newer one.`,
    );
  if (first && migrations.indexOf(first) !== applied.size)
    throw new MigrationError(`The migration ${first.name} comes before ones that are already applied. Give it the next free number.`);
  return { pending, newer };
}

export function tellOfNewer(log: Log | undefined, newer: string[]): void {
  if (newer.length > 0) log?.info({ migrations: newer }, "the database was migrated by a newer version, beside which this one can run");
}
