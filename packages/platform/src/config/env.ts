import { readFileSync } from "node:fs";
import type { z } from "zod";

/** One variable of the environment; `docs/configuration.md` is generated from this list. */
interface Variable {
  name: string;
  fallback: string | null;
  meaning: string;
  /** Also read from the file that `<name>_FILE` names, for Swarm secrets. */
  isSecret?: true;
}

export const VARIABLES = [
  { name: "PORT", fallback: null, meaning: "Port to listen on. Embedded: 3000, or the next free one when unset." },
  {
    name: "HOST",
    fallback: "127.0.0.1",
    meaning: "Address to listen on. Any other than loopback demands that an owner with a password exists.",
  },
  { name: "CREW_DATA_DIR", fallback: ".data", meaning: "Embedded: folder of the database, generated secrets and logs." },
  { name: "CREW_PUBLIC_URL", fallback: null, meaning: "Origin that browsers use; cookies and origin checks follow it." },
  { name: "DATABASE_URL", fallback: null, meaning: "PostgreSQL 15 to 18. Set: distributed. Unset: embedded.", isSecret: true },
  { name: "REDIS_URL", fallback: null, meaning: "Redis or Valkey, needed when distributed.", isSecret: true },
  {
    name: "CREW_AUTH_SECRET",
    fallback: null,
    meaning: "Signs session cookies, at least 32 characters. Embedded: generated.",
    isSecret: true,
  },
  {
    name: "CREW_MASTER_KEY",
    fallback: null,
    meaning: "32 bytes in base64 or hex; wraps the keys of all stored secrets. Embedded: generated.",
    isSecret: true,
  },
  {
    name: "CREW_MASTER_KEYS_OLD",
    fallback: null,
    meaning: "Comma list of other master keys that may still open what they have wrapped, while the master key is rotated.",
    isSecret: true,
  },
  { name: "CREW_EGRESS_ALLOW", fallback: "", meaning: "Comma list of host:port that guarded egress may reach although private." },
  {
    name: "CREW_TRUSTED_PROXIES",
    fallback: null,
    meaning:
      "Proxies whose X-Forwarded-For is believed: how many stand in front (such as 1), or a comma list of addresses and networks, or none. Embedded: none; distributed: private networks.",
  },
  { name: "CREW_ADMIN_EMAIL", fallback: null, meaning: "Creates the first owner at start, once." },
  { name: "CREW_ADMIN_PASSWORD", fallback: null, meaning: "Password of that owner, at least 12 characters.", isSecret: true },
  { name: "CREW_SIGNUP", fallback: null, meaning: "open, invite or first-user. Embedded: invite; distributed: first-user." },
  {
    name: "CREW_SMTP_URL",
    fallback: null,
    meaning:
      "Mail server, such as smtps://user:password@mail.example.org:465. smtp:// demands STARTTLS unless the server is on this machine or ?tls=off is added. Unset: mails become files in the data folder.",
    isSecret: true,
  },
  { name: "CREW_MAIL_FROM", fallback: null, meaning: "Sender of mails, such as Crews <crews@example.org>; needed with CREW_SMTP_URL." },
  {
    name: "CREW_GOOGLE_CLIENT_ID",
    fallback: null,
    meaning: "Lets people sign in with Google. The redirect address is <public URL>/api/auth/callback/google.",
  },
  { name: "CREW_GOOGLE_CLIENT_SECRET", fallback: null, meaning: "Secret of that client.", isSecret: true },
  {
    name: "CREW_GITHUB_CLIENT_ID",
    fallback: null,
    meaning: "Lets people sign in with GitHub. The redirect address is <public URL>/api/auth/callback/github.",
  },
  { name: "CREW_GITHUB_CLIENT_SECRET", fallback: null, meaning: "Secret of that client.", isSecret: true },
  {
    name: "CREW_OIDC_ISSUER",
    fallback: null,
    meaning:
      "Lets people sign in with an OpenID Connect issuer, such as https://id.example.org/realms/team. The redirect address is <public URL>/api/auth/callback/oidc; an issuer in a private network also needs a line in CREW_EGRESS_ALLOW.",
  },
  { name: "CREW_OIDC_CLIENT_ID", fallback: null, meaning: "Our client id at that issuer." },
  { name: "CREW_OIDC_CLIENT_SECRET", fallback: null, meaning: "Secret of that client.", isSecret: true },
  { name: "CREW_OIDC_NAME", fallback: "Single sign-on", meaning: "What the sign-in page calls that issuer." },
  { name: "OPENAI_API_KEY", fallback: null, meaning: "Offers the provider openai to every workspace.", isSecret: true },
  { name: "OPENAI_BASE_URL", fallback: null, meaning: "Another address for the provider openai." },
  { name: "ANTHROPIC_API_KEY", fallback: null, meaning: "Offers the provider anthropic to every workspace.", isSecret: true },
  { name: "GOOGLE_GENERATIVE_AI_API_KEY", fallback: null, meaning: "Offers the provider google to every workspace.", isSecret: true },
  { name: "OLLAMA_BASE_URL", fallback: null, meaning: "Offers the provider ollama, such as http://127.0.0.1:11434." },
  {
    name: "CREW_PROVIDER_LIMITS",
    fallback: null,
    meaning:
      "How fast these providers may be asked, by all workers together: requests and tokens a minute and calls at the same time, such as openai=500rpm,200000tpm,50calls;anthropic=60rpm. Unset: as fast as they answer, and slower after a 429.",
  },
  { name: "CREW_WORKER_CAPACITY", fallback: "50", meaning: "Runs that one worker process moves at the same time." },
  {
    name: "CREW_WORKER_RUNS_ONLY",
    fallback: "false",
    meaning: "true: workers move runs and nothing else; schedules, webhooks and jobs are left to the scheduler's processes.",
  },
  {
    name: "CREW_BACKUP_DIR",
    fallback: null,
    meaning: "Folder that backups are written to, a mounted one too. Neither this nor CREW_BACKUP_S3_URL: none are made by themselves.",
  },
  { name: "CREW_BACKUP_EVERY_HOURS", fallback: "24", meaning: "How often a backup is made, where a place is set." },
  {
    name: "CREW_BACKUP_KEEP",
    fallback: "7 daily, 4 weekly, 6 monthly",
    meaning:
      "Which backups are kept: the newest of so many hours (hourly), days, weeks, months or years each; or the newest of all, as in 30 last.",
  },
  {
    name: "CREW_BACKUP_KEY",
    fallback: null,
    meaning: "32 bytes in base64 or hex that seal backups. Unset: the master key does, so whoever has that can read them.",
    isSecret: true,
  },
  {
    name: "CREW_BACKUP_S3_URL",
    fallback: null,
    meaning:
      "Place of backups in any S3-compatible store, such as https://s3.example.org/bucket/prefix; one in a private network also needs a line in CREW_EGRESS_ALLOW.",
  },
  { name: "CREW_BACKUP_S3_REGION", fallback: "us-east-1", meaning: "Region of that store." },
  { name: "CREW_BACKUP_S3_KEY_ID", fallback: null, meaning: "Access key id for that bucket." },
  { name: "CREW_BACKUP_S3_SECRET", fallback: null, meaning: "Its secret.", isSecret: true },
  { name: "METRICS_PORT", fallback: null, meaning: "Port of /metrics for Prometheus, on HOST. Unset: none." },
  {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    fallback: null,
    meaning: "Collector of traces that takes OTLP over HTTP, such as http://collector:4318; /v1/traces is added. Unset: no traces.",
  },
  {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    fallback: null,
    meaning: "Headers for that collector, such as authorization=Bearer%20abc,x-team=crew.",
    isSecret: true,
  },
  {
    name: "CREW_TRACE_SAMPLE",
    fallback: "1",
    meaning: "The part of all traces that is kept, from 0 to 1; a run is kept whole or not at all.",
  },
  { name: "LOG_LEVEL", fallback: "info", meaning: "debug, info, warn, error or silent." },
] as const satisfies Variable[];

export type VariableName = (typeof VARIABLES)[number]["name"];
export type Environment = Record<VariableName, string | null>;

/** The operator's settings cannot be used; the message is one sentence with the remedy. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** Reads every variable, from its file where `_FILE` is set. An empty value counts as unset. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const values: Partial<Environment> = {};
  for (const variable of VARIABLES as readonly Variable[]) {
    const path = variable.isSecret ? source[`${variable.name}_FILE`] : undefined;
    const value = path ? readSecretFile(variable.name, path) : source[variable.name];
    values[variable.name as VariableName] = value?.trim() || variable.fallback;
  }
  return values as Environment;
}

function readSecretFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new ConfigError(`${name}_FILE names ${path}, which cannot be read. Check the path and its permissions.`);
  }
}

export function parseVariable<T>(name: VariableName, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${name} ${parsed.error.issues[0]?.message ?? "is not valid"}.`);
}
