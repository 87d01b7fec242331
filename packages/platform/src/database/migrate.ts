import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@crew/core/system";
import pg from "pg";
import { BOSS_SCHEMA, bossSchemaOf } from "./boss-schema.ts";
import {
  appliedMigrations,
  compareMigrations,
  contractOf,
  type Migration,
  MigrationError,
  tellOfNewer,
  UNTOLD,
} from "./compare-migrations.ts";
import type { DatabaseAddress } from "./open-pool.ts";

const MIGRATIONS = new URL("../../../db/migrations/", import.meta.url);
const LOCK = [1668444519, 1];
/** While a change of a table waits for those who use it, everybody else waits behind it: better to step back and come again. */
const LOCK_WAIT_MS = 4_000;
const LOCK_TRIES = 15;
const NO_TRANSACTION = "-- no-transaction";

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
    return { name, sql, sha256: createHash("sha256").update(sql).digest("hex"), contract: contractOf(name, sql) };
  });
}

/**
 * Brings the database to the code's schema: files in order, one transaction each, under an advisory lock so that
 * starters wait for one another. Refuses a database with files whose text has changed, or with ones that are missing here
 * and marked `-- contract:`. A file whose first line is `-- no-transaction` runs outside one, statement by statement.
 * Returns the names of what it applied.
 */
export async function migrate(address: DatabaseAddress, migrations: Migration[] = readMigrations(), log?: Log): Promise<string[]> {
  const client = new pg.Client({ ...address, application_name: "crew-migrate" });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1, $2)", LOCK);
    await prepareList(client, migrations);
    const { pending, newer } = compareMigrations(migrations, await appliedMigrations(client));
    tellOfNewer(log, newer);
    for (const migration of pending) await apply(client, migration, log);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * What the database still lacks: names of files, and the schema of the job queue. Throws `MigrationError` when the two do
 * not fit.
 */
export async function checkMigrations(address: DatabaseAddress, log?: Log): Promise<string[]> {
  const client = new pg.Client({ ...address, application_name: "crew-migrate" });
  await client.connect();
  try {
    const { rows } = await client.query("SELECT to_regclass('schema_migrations') IS NOT NULL AS present");
    const applied = rows[0].present ? await appliedMigrations(client) : new Map();
    const { pending, newer } = compareMigrations(readMigrations(), applied);
    if (pending.length > 0) return pending.map(({ name }) => name);
    await requireRoles(client);
    // The task that migrates does this last, and may have been killed before.
    const bossSchema = await bossSchemaOf(client);
    if (bossSchema === null || bossSchema < BOSS_SCHEMA) return [`version ${BOSS_SCHEMA} of the job queue's schema`];
    if (bossSchema > BOSS_SCHEMA)
      throw new MigrationError(
        `The job queue's schema has version ${bossSchema}, and this version works with ${BOSS_SCHEMA} alone. Start the version that made it, or a newer one.`,
      );
    tellOfNewer(log, newer);
    return [];
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

/**
 * Versions from before the column write rows without it, which then say that nobody knows: under the lock such rows are
 * given what this version knows of them.
 */
async function prepareList(client: pg.Client, migrations: Migration[]): Promise<void> {
  await client.query(
    "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
  );
  const { rowCount } = await client.query(
    "SELECT FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attname = 'contract' AND NOT attisdropped",
  );
  // Asked before, since the command takes the table's strongest lock also where there is nothing to do.
  if (rowCount === 0)
    await client.query(`ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS contract text DEFAULT ${pg.escapeLiteral(UNTOLD)}`);
  for (const [name, { contract }] of await appliedMigrations(client)) {
    const known = migrations.find((migration) => migration.name === name);
    if (known && contract === UNTOLD)
      await client.query("UPDATE schema_migrations SET contract = $2 WHERE name = $1", [name, known.contract]);
  }
}

async function apply(client: pg.Client, migration: Migration, log?: Log): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return migration.sql.startsWith(NO_TRANSACTION) ? await applyOpenly(client, migration) : await applyAtOnce(client, migration);
    } catch (error) {
      const isLocked = (error as { code?: string }).code === "55P03";
      if (isLocked && tries < LOCK_TRIES) {
        log?.warn({ migration: migration.name, tries }, "a migration waits for those who use its tables");
        await sleep(1_000);
        continue;
      }
      const help = isLocked ? " Others hold its tables for too long; upgrade --check names them." : "";
      const left = migration.sql.startsWith(NO_TRANSACTION) ? "and is done anew by the next start" : "and was rolled back";
      throw new MigrationError(`The migration ${migration.name} failed ${left}: ${(error as Error).message}.${help}`, { cause: error });
    }
  }
}

async function applyAtOnce(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query("BEGIN");
    await client.query(`SET LOCAL lock_timeout = ${LOCK_WAIT_MS}`);
    await client.query(migration.sql);
    await note(client, migration);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/** One statement at a time: several in one message would be a transaction again. What was cut is done anew from the first. */
async function applyOpenly(client: pg.Client, migration: Migration): Promise<void> {
  for (const statement of statementsOf(migration.sql)) await client.query(statement);
  await note(client, migration);
}

/** Of a file without a transaction, whose statements end at the end of a line. */
export function statementsOf(sql: string): string[] {
  return sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.replaceAll(/^--.*$/gm, "").trim())
    .filter((statement) => statement !== "");
}

async function note(client: pg.Client, { name, sha256, contract }: Migration): Promise<void> {
  await client.query("INSERT INTO schema_migrations (name, sha256, contract) VALUES ($1, $2, $3)", [name, sha256, contract]);
}
