import { randomBytes, randomInt } from "node:crypto";
import { syncBuiltinTools } from "@crew/core/tools/sync-builtin-tools";
import type { Config } from "@crew/platform/config/read-config";
import { type OpenSystem, openSystem } from "@crew/platform/open-system";
import { inject } from "vitest";
import { openTestDatabase } from "./open-test-database.ts";
import { REDIS_DATABASES } from "./start-test-redis.ts";

export interface TestSystem extends OpenSystem {
  databaseUrl: string;
  config: Config;
}

/**
 * A whole system on a database of its own, cloned from the migrated template. Its adapters are those of the test
 * project that runs: in process, or Redis. `redisUrl` and `config` override that. Closing it drops the database.
 */
export async function openTestSystem(options: { redisUrl?: string; config?: Partial<Config> } = {}): Promise<TestSystem> {
  await using stack = new AsyncDisposableStack();
  const { databaseUrl } = stack.use(await openTestDatabase());
  const config: Config = {
    mode: "distributed",
    host: "127.0.0.1",
    port: 3000,
    dataDir: "/nonexistent",
    publicUrl: null,
    databaseUrl,
    redisUrl: options.redisUrl ?? sharedRedis(),
    secrets: { authSecret: randomBytes(32).toString("base64"), masterKey: randomBytes(32) },
    egressAllow: [],
    trustedProxies: [],
    admin: null,
    signUp: "open",
    mail: null,
    signInProviders: [],
    modelProviders: [],
    workerCapacity: 20,
    workerRunsOnly: false,
    metricsPort: null,
    logLevel: (process.env.CREW_TEST_LOG as Config["logLevel"]) ?? "silent",
    logFile: null,
    ...options.config,
  };
  const system = stack.use(await openSystem(config));
  await syncBuiltinTools(system);
  const disposable = stack.move();
  return { ...system, databaseUrl, config, [Symbol.asyncDispose]: () => disposable.disposeAsync() };
}

/** A logical database of the run's Redis, so that the counters of one test are not another's. */
function sharedRedis(): string | null {
  if (inject("adapters") !== "redis") return null;
  return `${inject("redisUrl")}/${randomInt(REDIS_DATABASES)}`;
}
