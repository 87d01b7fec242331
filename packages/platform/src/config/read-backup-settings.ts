import { resolve } from "node:path";
import { DEFAULT_KEEP, type KeepRule, readKeepRules } from "@crew/core/backups/keep-rules";
import { z } from "zod";
import { ConfigError, type Environment, parseVariable } from "./env.ts";
import { checkKey } from "./secret-keys.ts";

export interface S3Settings {
  kind: "s3";
  /** `https://host/bucket/prefix` */
  url: string;
  region: string;
  keyId: string;
  secret: string;
}

export interface BackupSettings {
  /** Null: the master key seals archives too. */
  key: Buffer | null;
  /** Null: none are made by themselves. */
  place: { kind: "folder"; folder: string } | S3Settings | null;
  everyHours: number;
  keep: readonly KeepRule[];
  keepWords: string;
}

export function readBackupSettings(env: Environment): BackupSettings {
  const keepWords = env.CREW_BACKUP_KEEP ?? DEFAULT_KEEP;
  const keep = readKeepRules(keepWords);
  if (!keep) throw new ConfigError(`CREW_BACKUP_KEEP holds "${keepWords}"; write rules like ${DEFAULT_KEEP}, or 30 last.`);
  if (env.CREW_BACKUP_DIR && env.CREW_BACKUP_S3_URL)
    throw new ConfigError("CREW_BACKUP_DIR and CREW_BACKUP_S3_URL are both set: backups have one place. Unset one of them.");
  return {
    key: env.CREW_BACKUP_KEY === null ? null : checkKey("CREW_BACKUP_KEY", env.CREW_BACKUP_KEY),
    place: env.CREW_BACKUP_DIR ? { kind: "folder", folder: resolve(env.CREW_BACKUP_DIR) } : readS3(env),
    everyHours: parseVariable(
      "CREW_BACKUP_EVERY_HOURS",
      z.coerce.number("must be a number").min(0.1, "must be at least 0.1").max(8_760, "must be at most 8760"),
      env.CREW_BACKUP_EVERY_HOURS,
    ),
    keep,
    keepWords,
  };
}

function readS3(env: Environment): S3Settings | null {
  if (!env.CREW_BACKUP_S3_URL) return null;
  const url = parseVariable(
    "CREW_BACKUP_S3_URL",
    z
      .url("must be an address like https://s3.example.org/bucket/prefix")
      .regex(/^https?:\/\/[^/?#]+\/[^/?#]+[^?#]*$/, "must name a bucket, as in https://s3.example.org/bucket/prefix"),
    env.CREW_BACKUP_S3_URL,
  );
  if (!env.CREW_BACKUP_S3_KEY_ID || !env.CREW_BACKUP_S3_SECRET)
    throw new ConfigError("CREW_BACKUP_S3_URL is set: CREW_BACKUP_S3_KEY_ID and CREW_BACKUP_S3_SECRET are needed too.");
  return {
    kind: "s3",
    url: url.endsWith("/") ? url.slice(0, -1) : url,
    region: env.CREW_BACKUP_S3_REGION ?? "us-east-1",
    keyId: env.CREW_BACKUP_S3_KEY_ID,
    secret: env.CREW_BACKUP_S3_SECRET,
  };
}
