import { hostname } from "node:os";
import { join } from "node:path";
import { buryJob } from "@crew/core/dead-letters/bury-job";
import type { Metrics } from "@crew/core/metrics";
import { writeSecurityEvents } from "@crew/core/security/write-security-events";
import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import type { System } from "@crew/core/system";
import type { Traces } from "@crew/core/traces-port";
import type pg from "pg";
import { inProcessBus } from "./bus/in-process-bus.ts";
import { inProcessCache } from "./cache/in-process-cache.ts";
import { type Config, VERSION } from "./config/read-config.ts";
import { localSecrets, type SecretKeys } from "./config/secret-keys.ts";
import { startEmbeddedPostgres } from "./database/embedded-postgres/start-embedded-postgres.ts";
import { installationDataKeys } from "./database/installation-data-keys.ts";
import { migrate, readMigrations } from "./database/migrate.ts";
import { addressFromUrl, type DatabaseAddress, openPool } from "./database/open-pool.ts";
import { pgLocks } from "./database/pg-locks.ts";
import { pgNotifications } from "./database/pg-notifications.ts";
import { poolDatabase } from "./database/pool-database.ts";
import { preparedStatements } from "./database/prepared-statements.ts";
import { untilMigrated } from "./database/until-migrated.ts";
import { workspaceWalls } from "./database/workspace-walls.ts";
import { guardedEgress } from "./egress/guarded-egress.ts";
import { guardedFetch } from "./egress/guarded-fetch.ts";
import { inProcessLanes } from "./lanes/in-process-lanes.ts";
import { inProcessLimiter } from "./limits/in-process-limiter.ts";
import { fileMailer } from "./mail/file-mailer.ts";
import { smtpMailer } from "./mail/smtp-mailer.ts";
import { guardedMcp } from "./mcp/guarded-mcp.ts";
import { modelDispatchers } from "./models/model-dispatchers.ts";
import { modelRegistry } from "./models/model-registry.ts";
import { newId } from "./new-id.ts";
import { type JobHandler, openBossQueue } from "./queue/boss-queue.ts";
import { envelopeSecrets } from "./secrets/envelope-secrets.ts";
import { keyRing } from "./secrets/key-ring.ts";
import { NO_TRACES } from "./telemetry/no-traces.ts";
import { openLog } from "./telemetry/open-log.ts";
import { NO_METRICS, openMetrics } from "./telemetry/open-metrics.ts";
import { securityJournal } from "./telemetry/security-journal.ts";
import { watchPool } from "./telemetry/watch-pool.ts";

/** A system with what only processes need, not verbs. */
export interface OpenSystem extends System {
  pool: pg.Pool;
  /** For connections that are not the pool's; it names the owner of the tables where the operator's address does. */
  address: DatabaseAddress;
  /** The first wraps; all of them open. */
  masterKeys: readonly [Buffer, ...Buffer[]];
  authSecret: string;
  /** Other sign-in pages than ours, and the only way to ask them anything. */
  signIn: { providers: readonly SignInProvider[]; fetch: typeof globalThis.fetch };
  /** Handles jobs from now on; for the processes that work. */
  work(handlers: JobHandler[]): Promise<void>;
}

/** Whose process this is: its connections and its traces say so. `tool`: a command that ends soon. */
export type Service = "platform" | "api" | "chatbot" | "worker" | "scheduler" | "tool";

/** Small on purpose: each idle connection of PostgreSQL costs some megabytes. */
const POOL_MAX = { embedded: 6, distributed: 10 };

/** The one place where the two modes differ. What was opened is closed in reverse order, also when opening fails half-way. */
export async function openSystem(config: Config, service: Service = "tool"): Promise<OpenSystem> {
  await using stack = new AsyncDisposableStack();
  const log = openLog({ level: config.logLevel, file: config.logFile });
  stack.defer(() => log.flush());
  const { metrics, traces } = await openTelemetry(config, service, stack, log);
  const { address: unnamed, keys } = await openDatabase(config, stack, log);
  const address = { ...unnamed, application_name: `crew-${service} ${VERSION}` };
  const pool = openPool(address, { max: POOL_MAX[config.mode], log });
  stack.defer(() => pool.end());
  if (metrics !== NO_METRICS) watchPool(pool, metrics);
  const notifications = stack.use(pgNotifications(address, log));
  const boss = stack.use(await openBossQueue({ address, log, migrate: config.mode === "embedded" }));
  const live = await openLive(config, stack, { log, metrics, pool });
  const dispatchers = stack.use(modelDispatchers(config.egressAllow));
  const models = modelRegistry({
    environmentProviders: config.modelProviders,
    dispatchers,
    log,
  });
  const signIn = { providers: config.signInProviders, fetch: guardedFetch({ allow: config.egressAllow, allowPrivate: false }) };
  stack.defer(() => signIn.fetch.close());
  const mcp = stack.use(guardedMcp({ allow: config.egressAllow }));
  const statements = preparedStatements(pool);
  const db = poolDatabase(pool);
  const now = () => new Date();
  const journal = stack.use(securityJournal({ write: (batch) => writeSecurityEvents({ statements }, batch), log, now }));
  const secrets = envelopeSecrets(keyRing(keys.masterKey, keys.oldMasterKeys), installationDataKeys(pool));
  const disposable = stack.move();
  return {
    installation: {
      mode: config.mode,
      version: VERSION,
      publicUrl: config.publicUrl ?? `http://localhost:${config.port ?? 3000}`,
      signUp: config.signUp,
      signInProviders: config.signInProviders.map(({ id, name }) => ({ id, name })),
      sendsMail: config.mail !== null,
    },
    db,
    pool,
    address,
    masterKeys: [keys.masterKey, ...(keys.oldMasterKeys ?? [])],
    authSecret: keys.authSecret,
    statements,
    walls: workspaceWalls(pool),
    notifications,
    locks: pgLocks(address, log),
    queue: boss.queue,
    work: (handlers) => boss.work(handlers, (dead, job) => buryJob({ statements, secrets, bus: live.bus, log, metrics, newId }, dead, job)),
    ...live,
    models,
    egress: guardedEgress({ allow: config.egressAllow }),
    mcp,
    secrets,
    mailer: config.mail ? smtpMailer(config.mail) : fileMailer({ folder: join(config.dataDir, "mails"), log }),
    signIn,
    log,
    securityJournal: journal,
    metrics,
    traces,
    now,
    newId,
    [Symbol.asyncDispose]: () => disposable.disposeAsync(),
  };
}

/** Before all else, so that what takes long at a start can be told. */
async function openTelemetry(
  config: Config,
  service: Service,
  stack: AsyncDisposableStack,
  log: System["log"],
): Promise<{ metrics: Metrics; traces: Traces }> {
  const watched = config.metricsPort === null ? undefined : stack.use(await openMetrics({ host: config.host, port: config.metricsPort }));
  const metrics = watched?.metrics ?? NO_METRICS;
  metrics.gauge("build_info", () => [{ labels: { version: VERSION }, value: 1 }]);
  if (config.traces === null) return { metrics, traces: NO_TRACES };
  // Loaded only where somebody collects traces.
  const { openTraces } = await import("./telemetry/open-traces.ts");
  const about = { service: `crew-${service}`, instance: `${hostname()}:${process.pid}`, version: VERSION, log, metrics };
  return { metrics, traces: stack.use(await openTraces(config.traces, about)) };
}

async function openDatabase(
  config: Config,
  stack: AsyncDisposableStack,
  log: System["log"],
): Promise<{ address: DatabaseAddress; keys: SecretKeys }> {
  if (config.databaseUrl) {
    const address = addressFromUrl(config.databaseUrl);
    await untilMigrated(address, log);
    if (!config.secrets) throw new Error("a distributed configuration always has its secrets");
    return { address, keys: config.secrets };
  }
  const server = stack.use(await startEmbeddedPostgres({ dataDir: config.dataDir, log }));
  await migrate(server.connection, readMigrations(), log);
  return { address: server.connection, keys: config.secrets ?? localSecrets(config.dataDir) };
}

async function openLive(
  config: Config,
  stack: AsyncDisposableStack,
  { log, metrics, pool }: Pick<System, "log" | "metrics"> & { pool: pg.Pool },
): Promise<Pick<System, "bus" | "cache" | "limiter" | "lanes">> {
  const minuteMs = config.laneMinuteMs ?? 60_000;
  if (!config.redisUrl)
    return {
      bus: inProcessBus({ log }),
      cache: inProcessCache({ maxEntries: 10_000 }),
      limiter: inProcessLimiter({ maxKeys: 50_000 }),
      lanes: inProcessLanes({ minuteMs }),
    };
  // Loaded only where there is a Redis: the embedded platform stays smaller by some megabytes.
  const { openRedisPorts } = await import("./bus/open-redis-ports.ts");
  return openRedisPorts({ url: config.redisUrl, log, metrics, pool, laneMinuteMs: minuteMs }, stack);
}
