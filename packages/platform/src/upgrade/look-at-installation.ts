import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { VERSION } from "../config/read-config.ts";
import { BOSS_SCHEMA, bossSchemaOf } from "../database/boss-schema.ts";
import { appliedMigrations, compareMigrations, MigrationError, UNTOLD } from "../database/compare-migrations.ts";
import { type Connected, connectedServices } from "../database/connected-services.ts";
import { clusterLocation } from "../database/embedded-postgres/cluster-folder.ts";
import { readMigrations } from "../database/migrate.ts";
import type { DatabaseAddress } from "../database/open-pool.ts";

/** Somebody in a transaction for so long that a change of a table would wait for it. */
export interface Holder {
  pid: number | null;
  name: string;
  seconds: number;
  tables: string[];
}

export interface UpgradeFacts {
  code: { version: string; migrations: number; last: string; queueSchema: number };
  database: { server: string; migrations: number; last: string | null; queueSchema: number | null; bytes: number };
  /** Why this version cannot run on the database at all. */
  misfit: string | null;
  pending: { name: string; kind: "expand" | "contract"; why: string | null }[];
  /** What newer versions have added, beside which this one can run. */
  newer: string[];
  /** Whether the version that the database is from goes on beside what it does not know. */
  formerGoesOn: boolean;
  connected: Connected[];
  workers: { host: string; pid: number; version: string; silentSeconds: number }[];
  holders: Holder[];
  /** `null`: on another machine. */
  disk: { folder: string; freeBytes: number } | null;
  /** The newest backup that was restored elsewhere and compared; `null`: none; `undefined`: no list is kept. */
  backup: { takenAt: string; kind: string } | null | undefined;
}

const LONG_SECONDS = 10;

/** Reads, and changes nothing. `dataDir`: embedded, where the database's disk can be asked. */
export async function lookAtInstallation(
  address: DatabaseAddress,
  dataDir: string | null,
  longSeconds = LONG_SECONDS,
): Promise<UpgradeFacts> {
  const client = new pg.Client({ ...address, application_name: `crew-tool ${VERSION} upgrade`, query_timeout: 15_000 });
  await client.connect();
  try {
    await client.query("SET default_transaction_read_only = on");
    return { ...(await lookAtSchema(client)), ...(await lookAtUsers(client, longSeconds)), disk: dataDir ? diskOf(dataDir) : null };
  } finally {
    await client.end();
  }
}

/** Where an embedded installation has been before; else a database would be made by the look. */
export function hasCluster(dataDir: string): boolean {
  return existsSync(join(clusterPath(dataDir), "data", "PG_VERSION"));
}

const clusterPath = (dataDir: string) => clusterLocation(dataDir) ?? join(dataDir, "postgres");

function diskOf(dataDir: string): UpgradeFacts["disk"] {
  const folder = clusterPath(dataDir);
  const { bavail, bsize } = statfsSync(folder);
  return { folder, freeBytes: bavail * bsize };
}

type SchemaFacts = Pick<UpgradeFacts, "code" | "database" | "misfit" | "pending" | "newer" | "formerGoesOn">;

async function lookAtSchema(client: pg.Client): Promise<SchemaFacts> {
  const migrations = readMigrations();
  const { rows } = await client.query(
    `SELECT current_setting('server_version') AS server, pg_database_size(current_database())::float8 AS bytes,
       to_regclass('schema_migrations') IS NOT NULL AS present`,
  );
  const { server, bytes, present } = rows[0] as { server: string; bytes: number; present: boolean };
  const applied: Awaited<ReturnType<typeof appliedMigrations>> = present ? await appliedMigrations(client) : new Map();
  const queueSchema = await bossSchemaOf(client);
  const facts: SchemaFacts = {
    code: { version: VERSION, migrations: migrations.length, last: migrations.at(-1)?.name ?? "", queueSchema: BOSS_SCHEMA },
    database: { server, bytes, migrations: applied.size, last: [...applied.keys()].at(-1) ?? null, queueSchema },
    misfit: null,
    pending: [],
    newer: [],
    formerGoesOn: applied.size === 0 || [...applied.values()].some(({ contract }) => contract !== UNTOLD),
  };
  try {
    const { pending, newer } = compareMigrations(migrations, applied);
    facts.pending = pending.map(({ name, contract }) => ({ name, kind: contract === null ? "expand" : "contract", why: contract }));
    facts.newer = newer;
    if (queueSchema !== null && queueSchema > BOSS_SCHEMA)
      facts.misfit = `The job queue's schema has version ${queueSchema}, and this version works with ${BOSS_SCHEMA} alone.`;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    facts.misfit = error.message;
  }
  return facts;
}

async function lookAtUsers(
  client: pg.Client,
  longSeconds: number,
): Promise<Pick<UpgradeFacts, "connected" | "workers" | "holders" | "backup">> {
  const { rows: holders } = await client.query<Holder>(
    `SELECT a.pid, a.application_name AS name, extract(epoch FROM now() - a.xact_start)::int AS seconds,
       coalesce((SELECT array_agg(DISTINCT l.relation::regclass::text) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
         WHERE l.pid = a.pid AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')), '{}') AS tables
     FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
       AND a.xact_start < now() - make_interval(secs => $1) AND a.backend_type = 'client backend'
     UNION ALL SELECT NULL, 'prepared transaction ' || gid, extract(epoch FROM now() - prepared)::int, '{}'
     FROM pg_prepared_xacts WHERE database = current_database() ORDER BY seconds DESC LIMIT 20`,
    [longSeconds],
  );
  return { connected: await connectedServices(client), holders, workers: await workersOf(client), backup: await backupOf(client) };
}

async function workersOf(client: pg.Client): Promise<UpgradeFacts["workers"]> {
  const { rows } = await client.query("SELECT to_regclass('workers') IS NOT NULL AS present");
  if (!rows[0].present) return [];
  // As JSON: an older database knows less of a worker.
  const found = await client.query(
    `SELECT to_jsonb(w) ->> 'host' AS host, (to_jsonb(w) ->> 'pid')::int AS pid, coalesce(to_jsonb(w) ->> 'version', 'unknown') AS version,
       extract(epoch FROM now() - w.heartbeat_at)::int AS "silentSeconds"
     FROM workers w ORDER BY 1, 2 LIMIT 200`,
  );
  return found.rows;
}

async function backupOf(client: pg.Client): Promise<UpgradeFacts["backup"]> {
  const { rows } = await client.query("SELECT to_regclass('backups') IS NOT NULL AS present");
  if (!rows[0].present) return undefined;
  const { rows: found } = await client.query<{ takenAt: Date; kind: string }>(
    `SELECT coalesce(snapshot_at, ended_at) AS "takenAt", kind FROM backups
     WHERE state = 'complete' AND verify_state = 'verified' ORDER BY 1 DESC NULLS LAST LIMIT 1`,
  );
  return found[0]?.takenAt ? { takenAt: found[0].takenAt.toISOString(), kind: found[0].kind } : null;
}
