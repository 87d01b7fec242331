import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import type { DatabaseAddress } from "./open-pool.ts";

const MIGRATIONS = new URL("../../../db/migrations/", import.meta.url);
const LOCK = [1668444519, 1];

export interface Migration {
  /** `NNNN_name.sql` */
  name: string;
  sha256: string;
  sql: string;
}

/** The database does not fit the code; the message says what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

export function readMigrations(folder: URL = MIGRATIONS): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  names.forEach((name, index) => {
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) throw new MigrationError(`${name} is not named NNNN_name.sql.`);
    if (Number(name.slice(0, 4)) !== index + 1) throw new MigrationError(`Migration numbers have a gap or a twin at ${name}.`);
  });
  return names.map((name) => {
    const sql = readFileSync(new URL(name, folder), "utf8");
    return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}

/**
 * Brings the database to the code's schema: files in order, one transaction each, under an advisory lock so that
 * starters wait for one another. Refuses a database with files that are missing here or whose text has changed.
 * A file whose first line is `-- no-transaction` runs outside one. Returns the names of what it applied.
 */
export async function migrate(address: DatabaseAddress, migrations: Migration[] = readMigrations()): Promise<string[]> {
  const client = new pg.Client({ ...address, application_name: "crew-migrate" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1, $2)", LOCK);
    await client.query(
      "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
    );
    const pending = pendingMigrations(migrations, await appliedMigrations(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** Names of the files that the database still lacks. Throws `MigrationError` when the two do not fit. */
export async function checkMigrations(address: DatabaseAddress): Promise<string[]> {
  const client = new pg.Client({ ...address, application_name: "crew-migrate" });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS present");
    const applied = rows[0].present ? await appliedMigrations(client) : new Map<string, string>();
    const pending = pendingMigrations(readMigrations(), applied).map(({ name }) => name);
    if (pending.length === 0) await requireRoles(client);
    return pending;
  } finally {
    await client.end();
  }
}

/** A database that was moved to another server comes without its roles, which belong to the server. */
async function requireRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_roles WHERE rolname IN ('crew_system', 'crew_app')");
  if (rows.length === 2) return;
  throw new MigrationError(
    `This server lacks the roles of the database. Make them (CREATE ROLE crew_system NOLOGIN; CREATE ROLE crew_app NOLOGIN; GRANT crew_system, crew_app TO ${client.user};) and restore the backup once more, so that what was granted to them comes back.`,
  );
}

async function appliedMigrations(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>("SELECT name, sha256 FROM schema_migrations");
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function pendingMigrations(migrations: Migration[], applied: Map<string, string>): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const [name, sha256] of applied) {
    const migration = known.get(name);
    if (!migration)
      throw new MigrationError(
        `The database has the migration ${name}, which this version does not know. Start the version that made it, or a newer one.`,
      );
    if (migration.sha256 !== sha256)
      throw new MigrationError(
        `The migration ${name} was applied with another text. Put back the original file; changes go into a new one.`,
      );
  }
  const pending = migrations.filter(({ name }) => !applied.has(name));
  const first = pending[0];
  if (first && migrations.indexOf(first) !== applied.size)
    throw new MigrationError(`The migration ${first.name} comes before ones that are already applied. Give it the next free number.`);
  return pending;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const isAtomic = !migration.sql.startsWith("-- no-transaction");
  try {
    if (isAtomic) await client.query("BEGIN");
    await client.query(migration.sql);
    await client.query("INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)", [migration.name, migration.sha256]);
    if (isAtomic) await client.query("COMMIT");
  } catch (error) {
    if (isAtomic) await client.query("ROLLBACK");
    throw new MigrationError(`The migration ${migration.name} failed and was rolled back: ${(error as Error).message}`, { cause: error });
  }
}
