import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@crew/platform/database/embedded-postgres/free-port";
import { startEmbeddedPostgres } from "@crew/platform/database/embedded-postgres/start-embedded-postgres";
import { migrate } from "@crew/platform/database/migrate";
import { addressFromUrl } from "@crew/platform/database/open-pool";
import { openBossQueue } from "@crew/platform/queue/boss-queue";
import { silentLog } from "./silent-log.ts";
import { temporaryDataDir } from "./temporary-data-dir.ts";

export interface TestPostgres extends AsyncDisposable {
  /** Of a migrated database. */
  databaseUrl: string;
  port: number;
  /** The server is told (SIGINT: as `pg_ctl restart -m fast`) or killed, and starts again on the same data. Resolves when another process serves. */
  restart(how: "SIGINT" | "SIGKILL"): Promise<void>;
}

/** A PostgreSQL of a test's own, for tests that do to it what no other test may see. */
export async function startTestPostgres(): Promise<TestPostgres> {
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(temporaryDataDir());
  const port = await freePort();
  const server = stack.use(await startEmbeddedPostgres({ dataDir: dataDir.path, log: silentLog, tcpPort: port, maxConnections: 120 }));
  const { user, password, database } = server.connection;
  const databaseUrl = `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const address = addressFromUrl(databaseUrl);
  await migrate(address);
  await (await openBossQueue({ address, log: silentLog, migrate: true }))[Symbol.asyncDispose]();
  const disposable = stack.move();
  return {
    databaseUrl,
    port,
    async restart(how) {
      const before = server.serverPid;
      process.kill(before, how);
      for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) if (server.serverPid && server.serverPid !== before) return;
      throw new Error("PostgreSQL did not come back");
    },
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}
