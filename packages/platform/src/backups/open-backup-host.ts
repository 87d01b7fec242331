import type { System } from "@crew/core/system";
import { ConfigError } from "../config/env.ts";
import type { Config } from "../config/read-config.ts";
import { localSecrets, type SecretKeys } from "../config/secret-keys.ts";
import { connectDatabase } from "../database/connect-database.ts";
import { folderUser } from "../database/embedded-postgres/folder-lock.ts";
import { startEmbeddedPostgres } from "../database/embedded-postgres/start-embedded-postgres.ts";
import { migrate } from "../database/migrate.ts";
import { addressFromUrl, type DatabaseAddress } from "../database/open-pool.ts";
import { pgLocks } from "../database/pg-locks.ts";
import { untilMigrated } from "../database/until-migrated.ts";
import { newId } from "../new-id.ts";
import { openLog } from "../telemetry/open-log.ts";
import { backupKeys } from "./open-archives.ts";

/** The installation as a command on its machine needs it: beside the running platform, or with the database started for it. */
export interface BackupHost extends Pick<System, "db" | "locks" | "log" | "now" | "newId">, AsyncDisposable {
  address: DatabaseAddress;
  masterKeys: readonly [Buffer, ...Buffer[]];
  keys: readonly [Buffer, ...Buffer[]];
}

export async function openBackupHost(config: Config): Promise<BackupHost> {
  await using stack = new AsyncDisposableStack();
  const log = openLog({ level: "warn", file: null });
  stack.defer(() => log.flush());
  const address = await openAddress(config, log, stack);
  const { db } = stack.use(connectDatabase(address, log));
  const masterKeys = masterKeysOf(config.secrets ?? localSecrets(config.dataDir));
  const disposable = stack.move();
  return {
    address,
    masterKeys,
    keys: backupKeys(config.backups?.key, masterKeys),
    db,
    locks: pgLocks(address, log),
    log,
    now: () => new Date(),
    newId,
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}

export function masterKeysOf({ masterKey, oldMasterKeys = [] }: SecretKeys): [Buffer, ...Buffer[]] {
  return [masterKey, ...oldMasterKeys];
}

async function openAddress(config: Config, log: System["log"], stack: AsyncDisposableStack): Promise<DatabaseAddress> {
  if (config.databaseUrl) {
    const address = addressFromUrl(config.databaseUrl);
    await untilMigrated(address, log);
    return address;
  }
  const running = folderUser(config.dataDir);
  if (running?.database) return running.database;
  if (running) throw new ConfigError("The platform on this data folder is just starting: try again in a moment.");
  const server = stack.use(await startEmbeddedPostgres({ dataDir: config.dataDir, log }));
  await migrate(server.connection);
  return server.connection;
}
