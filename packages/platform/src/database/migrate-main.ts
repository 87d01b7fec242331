import { ConfigError } from "../config/env.ts";
import { readConfig } from "../config/read-config.ts";
import { openBossQueue } from "../queue/boss-queue.ts";
import { openLog } from "../telemetry/open-log.ts";
import { MigrationError, migrate } from "./migrate.ts";
import { addressFromUrl } from "./open-pool.ts";
import { untilReachable } from "./until-reachable.ts";

/** The one-shot migration task of a distributed installation. */
try {
  const { databaseUrl, logLevel } = readConfig();
  if (!databaseUrl) throw new ConfigError("DATABASE_URL is not set: an embedded installation migrates by itself.");
  const address = addressFromUrl(databaseUrl);
  const log = openLog({ level: logLevel, file: null });
  await untilReachable(address, log);
  const applied = await migrate(address);
  await using _boss = await openBossQueue({ address, log, migrate: true });
  process.stdout.write(applied.length ? `Applied ${applied.join(", ")}.\n` : "The database is up to date.\n");
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof MigrationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
