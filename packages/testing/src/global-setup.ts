import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl, type DatabaseAddress } from "@crew/platform/database/open-pool";
import { openBossQueue } from "@crew/platform/queue/boss-queue";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { silentLog } from "./silent-log.ts";
import { redisIsMissing, startTestRedis } from "./start-test-redis.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of a server on which tests may create databases. */
    postgresUrl: string;
    /** A migrated database, to clone. */
    templateDatabase: string;
    /** The run's Redis; empty when there is none on this machine. */
    redisUrl: string;
    /** Which adapters `openTestSystem` takes; set by the test project. */
    adapters: "in-process" | "redis";
  }
}

/** One PostgreSQL for the whole test run: the installation's own binaries, or the server that CREW_TEST_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack();
  const url = process.env.CREW_TEST_DATABASE_URL ?? (await startServer(stack));
  const templateDatabase = `crew_template_${process.pid}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${templateDatabase}`);
  await admin.query(`CREATE DATABASE ${templateDatabase}`);
  const template = new URL(url);
  template.pathname = templateDatabase;
  const address = addressFromUrl(template.href);
  await migrate(address);
  await (await openBossQueue({ address, log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  stack.defer(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${templateDatabase} WITH (FORCE)`);
    await admin.end();
  });
  project.provide("postgresUrl", url);
  project.provide("templateDatabase", templateDatabase);
  project.provide("redisUrl", redisIsMissing ? "" : stack.use(await startTestRedis()).url);
  const disposable = stack.move();
  return () => disposable.disposeAsync();
}

async function startServer(stack: AsyncDisposableStack): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), "crew-test-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const server = stack.use(await startEmbeddedPostgres({ dataDir, log: silentLog, tcpPort: port, maxConnections: 200 }));
  await writeLazily(server.connection);
  return `postgres://${server.connection.user}:${server.connection.password}@127.0.0.1:${port}/postgres`;
}

/** This server and all that is in it end with the run, so the disk is not waited for; what a crash leaves is tested on servers that it is. */
async function writeLazily(address: DatabaseAddress): Promise<void> {
  const client = new pg.Client({ ...address, database: "postgres" });
  await client.connect();
  for (const name of ["fsync", "full_page_writes"]) await client.query(`ALTER SYSTEM SET ${name} = off`);
  await client.query("SELECT pg_reload_conf()");
  await client.end();
}
