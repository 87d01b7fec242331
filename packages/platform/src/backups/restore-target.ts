import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "@crew/core/system";
import { ConfigError } from "../config/env.ts";
import type { Config } from "../config/read-config.ts";
import { localSecrets, writeLocalSecrets } from "../config/secret-keys.ts";
import { startEmbeddedPostgres } from "../database/embedded-postgres/start-embedded-postgres.ts";
import { addressFromUrl, type DatabaseAddress } from "../database/open-pool.ts";
import { masterKeysOf } from "./open-backup-host.ts";

export interface RestoreTarget extends AsyncDisposable {
  address: DatabaseAddress;
  masterKeys: readonly [Buffer, ...Buffer[]];
}

/** Where a backup is to become an installation: a database by its address, or `embedded` for the data folder. */
export async function openRestoreTarget(config: Config, into: string, log: Log): Promise<RestoreTarget> {
  if (into !== "embedded") {
    if (!/^postgres(ql)?:\/\//.test(into))
      throw new ConfigError("Say into what: --into postgres://user:password@host/database, or --into embedded.");
    const secrets = secretsAtHand(config);
    if (!secrets)
      throw new ConfigError("CREW_MASTER_KEY is not set: the secrets of a backup open with the master key that it was made with.");
    return { address: addressFromUrl(into), masterKeys: masterKeysOf(secrets), async [Symbol.asyncDispose]() {} };
  }
  const secrets = secretsAtHand(config);
  if (!secrets)
    throw new ConfigError(
      `There is no master key: put the secrets.json of the saved installation into ${config.dataDir}, or set CREW_MASTER_KEY and CREW_AUTH_SECRET to those of the saved one.`,
    );
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  // From then on the folder is whole, without anything in the environment.
  if (config.secrets && !hasLocalSecrets(config)) writeLocalSecrets(config.dataDir, config.secrets);
  return { address: server.connection, masterKeys: masterKeysOf(secrets), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const hasLocalSecrets = ({ dataDir }: Config) => existsSync(join(dataDir, "secrets.json"));

/** Makes none: keys that nobody has used open nothing. */
export function secretsAtHand(config: Config) {
  return config.secrets ?? (hasLocalSecrets(config) ? localSecrets(config.dataDir) : null);
}
