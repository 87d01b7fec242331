import { randomBytes } from "node:crypto";
import { ConfigError } from "../config/env.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { localSecrets, type SecretKeys, writeLocalSecrets } from "../config/secret-keys.ts";
import { startEmbeddedPostgres } from "../database/embedded-postgres/start-embedded-postgres.ts";
import { StartupProblem } from "../database/embedded-postgres/startup-problem.ts";
import { migrate } from "../database/migrate.ts";
import { addressFromUrl, type DatabaseAddress, openPool } from "../database/open-pool.ts";
import { openLog } from "../telemetry/open-log.ts";
import { keyRing } from "./key-ring.ts";
import { rotateMasterKey } from "./rotate-master-key.ts";
import { keyIdOf, SecretError } from "./sealing-key.ts";

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Wraps all data keys with the current master key, and says which older keys may go. */
async function rotate(address: DatabaseAddress, { masterKey, oldMasterKeys = [] }: SecretKeys, log: ReturnType<typeof openLog>) {
  const pool = openPool(address, { max: 2, log });
  try {
    const { total, rewrapped } = await rotateMasterKey(pool, keyRing(masterKey, oldMasterKeys), (now) =>
      say(`${now.rewrapped} of ${now.total} data keys wrapped again`),
    );
    say(`All ${total} data keys open with the master key ${keyIdOf(masterKey)}; ${rewrapped} of them were wrapped again now.`);
  } finally {
    await pool.end();
  }
}

async function rotateDistributed({ databaseUrl, secrets }: Config, log: ReturnType<typeof openLog>): Promise<void> {
  if (!databaseUrl || !secrets) throw new ConfigError("A distributed installation needs DATABASE_URL and CREW_MASTER_KEY.");
  await rotate(addressFromUrl(databaseUrl), secrets, log);
  const old = (secrets.oldMasterKeys ?? []).map(keyIdOf).filter((id) => id !== keyIdOf(secrets.masterKey));
  say(old.length === 0 ? "No older key was given." : `Remove from CREW_MASTER_KEYS_OLD: ${old.join(", ")}. Nothing needs them any more.`);
}

/** The platform must be stopped: the folder's lock sees to it. The file holds both keys until every data key is wrapped by the new one. */
async function rotateEmbedded({ dataDir, secrets }: Config, log: ReturnType<typeof openLog>): Promise<void> {
  await using server = await startEmbeddedPostgres({ dataDir, log });
  await migrate(server.connection);
  if (secrets) return rotate(server.connection, secrets, log);
  const before = localSecrets(dataDir);
  const isGoingOn = (before.oldMasterKeys ?? []).length > 0;
  const keys = isGoingOn ? before : { ...before, masterKey: randomBytes(32), oldMasterKeys: [before.masterKey] };
  if (!isGoingOn) writeLocalSecrets(dataDir, keys);
  await rotate(server.connection, keys, log);
  writeLocalSecrets(dataDir, { ...keys, oldMasterKeys: [] });
  say("The old master key was removed from secrets.json. Keep a copy of that file with your backups.");
}

try {
  const config = readConfig();
  const log = openLog({ level: "warn", file: null });
  await (config.mode === "embedded" ? rotateEmbedded(config, log) : rotateDistributed(config, log));
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof SecretError || error instanceof StartupProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
