import { ConfigError } from "../config/env.ts";
import { readConfig } from "../config/read-config.ts";
import { folderUser } from "../database/embedded-postgres/folder-lock.ts";
import { startEmbeddedPostgres } from "../database/embedded-postgres/start-embedded-postgres.ts";
import { StartupProblem } from "../database/embedded-postgres/startup-problem.ts";
import { addressFromUrl } from "../database/open-pool.ts";
import { openLog } from "../telemetry/open-log.ts";
import { judgeUpgrade } from "./judge-upgrade.ts";
import { hasCluster, lookAtInstallation, type UpgradeFacts } from "./look-at-installation.ts";
import { upgradeReport } from "./upgrade-report.ts";

/**
 * What starting this version would mean for an installation; changes nothing. Embedded: the platform may run or not.
 * Exit codes: 0 go ahead, 1 look at the remarks first, 2 not as things are, or the database cannot be asked.
 */
try {
  const asked = new Set(process.argv.slice(2));
  const isJson = asked.delete("--json");
  if (!asked.delete("--check") || asked.size > 0)
    throw new ConfigError("Say what: npm run crew -- upgrade --check [--json]. To upgrade, migrate and start the new version.");
  const facts = await look();
  const verdict = judgeUpgrade(facts, new Date());
  process.stdout.write(isJson ? `${JSON.stringify({ ...facts, ...verdict }, null, 2)}\n` : upgradeReport(facts, verdict));
  process.exitCode = verdict.exitCode;
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 2;
}

async function look(): Promise<UpgradeFacts> {
  const { databaseUrl, dataDir } = readConfig();
  if (databaseUrl) return lookAtInstallation(addressFromUrl(databaseUrl), null);
  const running = folderUser(dataDir)?.database;
  if (running) return lookAtInstallation(running, dataDir);
  if (!hasCluster(dataDir)) throw new StartupProblem(`There is no database in ${dataDir} yet: set CREW_DATA_DIR or DATABASE_URL.`);
  await using server = await startEmbeddedPostgres({ dataDir, log: openLog({ level: "silent", file: null }) });
  return await lookAtInstallation(server.connection, dataDir);
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartupProblem) return error.message;
  return `The database cannot be asked: ${(error as Error).message || (error as NodeJS.ErrnoException).code}`;
}
