import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "@crew/platform/config/env";
import type { Config } from "@crew/platform/config/read-config";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { environmentProviders } from "@crew/platform/models/environment-providers";
import { type OpenSystem, openSystem } from "@crew/platform/open-system";
import { openBossQueue } from "@crew/platform/queue/boss-queue";
import { silentLog } from "@crew/testing/silent-log";
import { type SpawnedProcess, spawnProcess } from "@crew/testing/spawn-process";
import pg from "pg";

export interface BenchSite extends AsyncDisposable {
  system: OpenSystem;
  postgresPid: number;
  /** As the server's owner, on a connection of its own. */
  administer(statement: string): Promise<void>;
  /** A process of the product on the same database. */
  spawn(script: string, env?: Record<string, string>, scriptArgs?: string[]): SpawnedProcess;
}

/** A PostgreSQL of its own with a migrated database, and the stub provider's two addresses as model providers. */
export async function openBenchSite(
  stubPort: number,
  ollamaUrl = `http://127.0.0.1:${stubPort}/burst`,
  redisUrl: string | null = null,
): Promise<BenchSite> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "crew-bench-"));
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const tcpPort = await freePort();
  const server = stack.use(await startEmbeddedPostgres({ dataDir, log: silentLog, tcpPort, maxConnections: 60 }));
  const { user, password, database } = server.connection;
  const databaseUrl = `postgres://${user}:${password}@127.0.0.1:${tcpPort}/${database}`;
  await migrate(addressFromUrl(databaseUrl));
  await (await openBossQueue({ address: addressFromUrl(databaseUrl), log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  const secrets = { authSecret: randomBytes(32).toString("base64"), masterKey: randomBytes(32) };
  const environment = {
    DATABASE_URL: databaseUrl,
    CREW_AUTH_SECRET: secrets.authSecret,
    CREW_MASTER_KEY: secrets.masterKey.toString("base64"),
    OLLAMA_BASE_URL: ollamaUrl,
    OPENAI_BASE_URL: `http://127.0.0.1:${stubPort}/trickle`,
    OPENAI_API_KEY: "sk-stub-0001",
    LOG_LEVEL: "silent",
    ...(redisUrl !== null && { REDIS_URL: redisUrl }),
  };
  const config: Config = {
    mode: "distributed",
    host: "127.0.0.1",
    port: 0,
    dataDir,
    publicUrl: null,
    databaseUrl,
    redisUrl,
    secrets,
    egressAllow: [],
    trustedProxies: [],
    admin: null,
    signUp: "open",
    mail: null,
    signInProviders: [],
    modelProviders: environmentProviders(readEnvironment(environment)),
    workerCapacity: 10,
    workerRunsOnly: false,
    metricsPort: null,
    logLevel: "silent",
    logFile: null,
  };
  const system = stack.use(await openSystem(config));
  const disposable = stack.move();
  return {
    system,
    postgresPid: server.serverPid,
    async administer(statement) {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query(statement);
      await client.end();
    },
    spawn: (script, env, scriptArgs = []) => spawnProcess(script, { env: { ...environment, ...env }, scriptArgs }),
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}
