import { randomBytes } from "node:crypto";
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError, type Environment } from "./env.ts";

/** Two secrets for two purposes: neither can be had from the other. */
export interface SecretKeys {
  authSecret: string;
  /** 32 bytes. */
  masterKey: Buffer;
  /** Others that may still open what they have wrapped. */
  oldMasterKeys?: Buffer[];
}

const WELL_KNOWN =
  /^(change-?me|secret|password|default|example|test|development|better-auth-secret.*|(.)\2*|0123456789.*|1234567890.*|abcdef.*)$/i;

/** From the environment; `null` when embedded and neither is set. Distributed, a missing, short or well-known one throws. */
export function requiredSecrets(env: Environment, mode: "embedded" | "distributed"): SecretKeys | null {
  if (mode === "embedded" && !env.CREW_AUTH_SECRET && !env.CREW_MASTER_KEY) return null;
  const others = (env.CREW_MASTER_KEYS_OLD ?? "").split(/[,\s]+/).filter(Boolean);
  return {
    authSecret: checkAuthSecret(env.CREW_AUTH_SECRET),
    masterKey: checkKey("CREW_MASTER_KEY", env.CREW_MASTER_KEY),
    oldMasterKeys: others.map((key) => checkKey("Each key of CREW_MASTER_KEYS_OLD", key)),
  };
}

function checkAuthSecret(value: string | null): string {
  if (!value) throw new ConfigError("CREW_AUTH_SECRET is not set. Make one with: openssl rand -base64 32");
  if (value.length < 32 || WELL_KNOWN.test(value))
    throw new ConfigError("CREW_AUTH_SECRET is too short or well known. Make one with: openssl rand -base64 32");
  return value;
}

export function checkKey(name: string, value: string | null): Buffer {
  if (!value) throw new ConfigError(`${name} is not set. Make one with: openssl rand -base64 32`);
  const key = /^[0-9a-f]{64}$/i.test(value) ? Buffer.from(value, "hex") : Buffer.from(value, "base64");
  if (key.length !== 32 || WELL_KNOWN.test(value) || key.every((byte) => byte === key[0])) {
    throw new ConfigError(`${name} must be 32 random bytes in base64 or hex. Make one with: openssl rand -base64 32`);
  }
  return key;
}

const StoredKey = z.base64().transform((text) => Buffer.from(text, "base64"));
const StoredSecrets = z.object({ authSecret: z.string().min(32), masterKey: StoredKey, oldMasterKeys: z.array(StoredKey).default([]) });

/** The embedded installation's own secrets: made at the first start, readable by their owner alone. */
export function localSecrets(dataDir: string): SecretKeys {
  const path = pathIn(dataDir);
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const fresh = { authSecret: randomBytes(32).toString("base64"), masterKey: randomBytes(32) };
    writeFileSync(path, fileText(fresh), { mode: 0o600, flag: "wx" });
  }
  chmodSync(path, 0o600);
  const stored = StoredSecrets.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!stored.success)
    throw new ConfigError(`${path} is damaged. Put back a copy of it: without it the stored keys of model providers cannot be read.`);
  return stored.data;
}

/** Replaces the file in one step: whenever the process dies, either the old one or the new one is there, whole. */
export function writeLocalSecrets(dataDir: string, keys: SecretKeys): void {
  const path = pathIn(dataDir);
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeFileSync(file, fileText(keys));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

const pathIn = (dataDir: string) => join(dataDir, "secrets.json");

function fileText({ authSecret, masterKey, oldMasterKeys = [] }: SecretKeys): string {
  const old = oldMasterKeys.map((key) => key.toString("base64"));
  const stored = { authSecret, masterKey: masterKey.toString("base64"), ...(old.length > 0 && { oldMasterKeys: old }) };
  return `${JSON.stringify(stored, null, 2)}\n`;
}
