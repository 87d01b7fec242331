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
  { name: "CREW_EGRESS_ALLOW", fallback: "", meaning: "Comma list of host:port that guarded egress may reach although private." },
  {
    name: "CREW_TRUSTED_PROXIES",
    fallback: null,
    meaning:
      "Comma list of addresses or networks of proxies whose X-Forwarded-For is believed, or none. Embedded: none; distributed: private networks.",
  },
  { name: "CREW_ADMIN_EMAIL", fallback: null, meaning: "Creates the first owner at start, once." },
  { name: "CREW_ADMIN_PASSWORD", fallback: null, meaning: "Password of that owner, at least 12 characters.", isSecret: true },
  { name: "CREW_SIGNUP", fallback: null, meaning: "open, invite or first-user. Embedded: invite; distributed: first-user." },
  { name: "OPENAI_API_KEY", fallback: null, meaning: "Offers the provider openai to every workspace.", isSecret: true },
  { name: "OPENAI_BASE_URL", fallback: null, meaning: "Another address for the provider openai." },
  { name: "ANTHROPIC_API_KEY", fallback: null, meaning: "Offers the provider anthropic to every workspace.", isSecret: true },
  { name: "GOOGLE_GENERATIVE_AI_API_KEY", fallback: null, meaning: "Offers the provider google to every workspace.", isSecret: true },
  { name: "OLLAMA_BASE_URL", fallback: null, meaning: "Offers the provider ollama, such as http://127.0.0.1:11434." },
  { name: "CREW_WORKER_CAPACITY", fallback: "50", meaning: "Runs that one worker process moves at the same time." },
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
