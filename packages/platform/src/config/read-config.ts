import { isIP } from "node:net";
import { resolve } from "node:path";
import type { LaneLimits } from "@crew/core/model-providers/lanes-port";
import type { SignInProvider } from "@crew/core/sessions/sign-in-provider";
import type { ProviderSettings } from "@crew/core/system";
import { z } from "zod";
import type { SmtpSettings } from "../mail/smtp-mailer.ts";
import { environmentProviders } from "../models/environment-providers.ts";
import type { TraceSettings } from "../telemetry/open-traces.ts";
import { ConfigError, type Environment, parseVariable, readEnvironment } from "./env.ts";
import { type BackupSettings, readBackupSettings } from "./read-backup-settings.ts";
import { readMailSettings } from "./read-mail-settings.ts";
import { readProviderLimits } from "./read-provider-limits.ts";
import { readSignInProviders } from "./read-sign-in-providers.ts";
import { readTraceSettings } from "./read-trace-settings.ts";
import { requiredSecrets, type SecretKeys } from "./secret-keys.ts";

export const VERSION = "0.1.0";

/** Everything that the environment decides, parsed once. Limits that nobody needs to set stand here too, by name. */
export interface Config {
  mode: "embedded" | "distributed";
  host: string;
  /** `null`: embedded, take 3000 or the next free one. */
  port: number | null;
  dataDir: string;
  publicUrl: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  /** `null` when embedded: kept in the data folder, read by `openSystem`. */
  secrets: SecretKeys | null;
  egressAllow: string[];
  /** How many stand in front; or addresses, networks or the names `loopback`, `linklocal`, `uniquelocal`. */
  trustedProxies: string[] | number;
  admin: { email: string; password: string } | null;
  signUp: "open" | "invite" | "first-user";
  /** `null`: mails become files. */
  mail: SmtpSettings | null;
  signInProviders: SignInProvider[];
  modelProviders: ProviderSettings[];
  /** How long the minute of a provider's limits lasts; absent: a minute. Tests have shorter ones. */
  laneMinuteMs?: number;
  workerCapacity: number;
  workerRunsOnly: boolean;
  /** Absent: as if nothing was set. */
  backups?: BackupSettings;
  /** `null`: nobody asks. */
  metricsPort: number | null;
  /** `null`: nobody collects them. */
  traces: TraceSettings | null;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** Where the log goes; `null`: standard output. */
  logFile: string | null;
}

const port = z.coerce
  .number("must be a port number")
  .int("must be a port number")
  .min(0, "must be a port number")
  .max(65_535, "must be a port number");
const hostAndPort = /^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;

export function readConfig(source?: NodeJS.ProcessEnv): Config {
  const env = readEnvironment(source);
  const mode = env.DATABASE_URL ? "distributed" : "embedded";
  if (mode === "distributed" && !env.REDIS_URL)
    throw new ConfigError("REDIS_URL is not set, and DATABASE_URL is: a distributed installation needs both.");
  return {
    mode,
    host: env.HOST ?? "127.0.0.1",
    port: env.PORT === null ? null : parseVariable("PORT", port, env.PORT),
    dataDir: resolve(env.CREW_DATA_DIR ?? ".data"),
    publicUrl:
      env.CREW_PUBLIC_URL &&
      new URL(parseVariable("CREW_PUBLIC_URL", z.url("must be an origin like https://crews.example.org"), env.CREW_PUBLIC_URL)).origin,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    secrets: requiredSecrets(env, mode),
    egressAllow: readAllowList(env),
    trustedProxies: readTrustedProxies(env, mode),
    admin: readAdmin(env),
    signUp: parseVariable(
      "CREW_SIGNUP",
      z.enum(["open", "invite", "first-user"], "must be open, invite or first-user"),
      env.CREW_SIGNUP ?? (mode === "embedded" ? "invite" : "first-user"),
    ),
    mail: readMailSettings(env),
    signInProviders: readSignInProviders(env),
    modelProviders: limited(environmentProviders(env), readProviderLimits(env.CREW_PROVIDER_LIMITS)),
    workerCapacity: parseVariable(
      "CREW_WORKER_CAPACITY",
      z.coerce.number("must be a number").int().min(1, "must be at least 1").max(1_000, "must be at most 1000"),
      env.CREW_WORKER_CAPACITY,
    ),
    workerRunsOnly:
      parseVariable("CREW_WORKER_RUNS_ONLY", z.enum(["true", "false"], "must be true or false"), env.CREW_WORKER_RUNS_ONLY) === "true",
    backups: readBackupSettings(env),
    metricsPort: env.METRICS_PORT === null ? null : parseVariable("METRICS_PORT", port, env.METRICS_PORT),
    traces: readTraceSettings(env),
    logLevel: parseVariable(
      "LOG_LEVEL",
      z.enum(["debug", "info", "warn", "error", "silent"], "must be debug, info, warn, error or silent"),
      env.LOG_LEVEL,
    ),
    logFile: null,
  };
}

/** For a service of its own, which cannot bring a database along. */
export function readServiceConfig(source?: NodeJS.ProcessEnv): Config {
  const config = readConfig(source);
  if (config.mode === "embedded")
    throw new ConfigError("DATABASE_URL is not set: a service of its own needs it. Everything in one process is npm start.");
  return config;
}

function limited(providers: ProviderSettings[], limits: Map<string, LaneLimits>): ProviderSettings[] {
  const unknown = [...limits.keys()].find((name) => !providers.some((provider) => provider.name === name));
  if (unknown !== undefined)
    throw new ConfigError(
      `CREW_PROVIDER_LIMITS names the provider ${unknown}, which no other variable offers. Set its key, or take it out.`,
    );
  return providers.map((provider) => ({ ...provider, limits: limits.get(provider.name) }));
}

function readAllowList(env: Environment): string[] {
  const entries = (env.CREW_EGRESS_ALLOW ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean);
  const wrong = entries.find((entry) => !hostAndPort.test(entry));
  if (wrong) throw new ConfigError(`CREW_EGRESS_ALLOW holds "${wrong}"; each entry must be host:port.`);
  return entries;
}

/** Distributed, the load balancer comes from a private network; a client's own `X-Forwarded-For` comes from none. */
function readTrustedProxies(env: Environment, mode: Config["mode"]): Config["trustedProxies"] {
  if (env.CREW_TRUSTED_PROXIES === null) return mode === "embedded" ? [] : ["loopback", "linklocal", "uniquelocal"];
  if (/^[1-9]$/.test(env.CREW_TRUSTED_PROXIES)) return Number(env.CREW_TRUSTED_PROXIES);
  const entries = env.CREW_TRUSTED_PROXIES.split(",").map((entry) => entry.trim());
  if (entries.length === 1 && entries[0] === "none") return [];
  const wrong = entries.find((entry) => isIP(entry.replace(/\/\d{1,3}$/, "")) === 0);
  if (wrong !== undefined)
    throw new ConfigError(
      `CREW_TRUSTED_PROXIES holds "${wrong}"; each entry must be an address or a network like 10.0.0.0/8; or write how many proxies there are (1 to 9), or none.`,
    );
  return entries;
}

function readAdmin(env: Environment): Config["admin"] {
  if (!env.CREW_ADMIN_EMAIL && !env.CREW_ADMIN_PASSWORD) return null;
  const email = parseVariable(
    "CREW_ADMIN_EMAIL",
    z.email("must be an e-mail address, since CREW_ADMIN_PASSWORD is set"),
    env.CREW_ADMIN_EMAIL,
  );
  const password = parseVariable(
    "CREW_ADMIN_PASSWORD",
    z.string("must be set, since CREW_ADMIN_EMAIL is").min(12, "must have at least 12 characters"),
    env.CREW_ADMIN_PASSWORD,
  );
  return { email, password };
}
