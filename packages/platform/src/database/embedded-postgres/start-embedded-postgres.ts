import type { Log } from "@crew/core/system";
import pg from "pg";
import type { DatabaseAddress } from "../open-pool.ts";
import { clusterFolder } from "./cluster-folder.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { freePort } from "./free-port.ts";
import { DATABASE_USER, initializeCluster, readPassword } from "./initialize-cluster.ts";
import { keepServerRunning } from "./keep-server-running.ts";
import { launchServer } from "./launch-server.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { serverBinaries } from "./server-binaries.ts";
import { serverParameters } from "./server-settings.ts";
import { socketFolder } from "./socket-folder.ts";
import { diskFull, isDiskFull } from "./startup-problem.ts";
import { stopLeftoverServer } from "./stop-leftover-server.ts";

const DATABASE = "crew";

export interface EmbeddedPostgresOptions {
  dataDir: string;
  log: Log;
  /** Listen on this port of 127.0.0.1, with a password, instead of on a Unix socket alone. */
  tcpPort?: number;
  /** 40 when absent: enough for one installation. */
  maxConnections?: number;
}

export interface EmbeddedPostgres extends AsyncDisposable {
  /** For `pg`: the Unix socket's folder, or the TCP port when one was asked for. */
  connection: DatabaseAddress;
  readonly serverPid: number;
  /** Folder of the database, which is not inside the data folder when the server's account may not enter that. */
  clusterPath: string;
}

/**
 * A real PostgreSQL of our own: made at the first start, one for each data folder, restarted when it dies and stopped
 * with this process however that ends. Throws `StartupProblem` with one sentence for the terminal.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    using stack = new DisposableStack();
    const lock = stack.use(lockFolder(options.dataDir));
    const server = await startServer(options, lock);
    const held = stack.move();
    return {
      connection: server.connection,
      clusterPath: server.clusterPath,
      get serverPid() {
        return readPostmasterFile(server.data)?.pid ?? 0;
      },
      async [Symbol.asyncDispose]() {
        await server.stop();
        held.dispose();
      },
    };
  } catch (error) {
    throw isDiskFull(error) ? diskFull(options.dataDir, error) : error;
  }
}

async function startServer(options: EmbeddedPostgresOptions, lock: FolderLock) {
  const cluster = clusterFolder(options.dataDir);
  if (cluster.isElsewhere)
    options.log.warn({ path: cluster.path }, "the database is outside the data folder, which its unprivileged user may not enter");
  const binaries = serverBinaries(cluster.path, cluster.account);
  const data = await initializeCluster(cluster.path, cluster.account, binaries);
  await stopLeftoverServer(data, options.log);
  const socket = process.platform === "win32" ? null : socketFolder(cluster.path, cluster.account);
  const tcpPort = options.tcpPort ?? (socket === null ? await freePort() : null);
  const connection: DatabaseAddress = {
    user: DATABASE_USER,
    database: DATABASE,
    ...(tcpPort === null ? { host: socket ?? "" } : { host: "127.0.0.1", port: tcpPort, password: readPassword(cluster.path) }),
  };
  const parameters = serverParameters({ data, socketFolder: socket, tcpPort, maxConnections: options.maxConnections ?? 40 });
  const launch = () => launchServer({ binaries, parameters, folder: cluster.path, account: cluster.account });
  const server = await keepServerRunning({ launch, data, clusterPath: cluster.path, log: options.log });
  try {
    await prepareDatabase(connection);
  } catch (error) {
    await server.stop();
    throw error;
  }
  lock.announce({ database: connection });
  return { connection, data, clusterPath: cluster.path, stop: () => server.stop() };
}

/** Makes our database at the first start and asserts, on the running server, that a commit reaches the disk. */
async function prepareDatabase(connection: DatabaseAddress): Promise<void> {
  const client = new pg.Client({ ...connection, database: "postgres" });
  await client.connect();
  try {
    for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
      const { rows } = await client.query<Record<string, string>>(`SHOW ${name}`);
      if (rows[0]?.[name] !== "on") throw new Error(`the database runs with ${name} = ${rows[0]?.[name]}, so a commit could be lost`);
    }
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
