import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { keyIdOf } from "../secrets/sealing-key.ts";
import type { Header } from "./archive-format.ts";
import { BackupProblem } from "./backup-problem.ts";

/** The first seals new archives, any of them opens. */
export type BackupKeys = readonly [Buffer, ...Buffer[]];

/** Each archive has a key of its own, so its chunks can be counted instead of numbered by chance. */
export function archiveKey(from: Buffer, salt: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync("sha256", from, Buffer.from(salt, "base64url"), "crew backup 1", 32)));
}

/** The archive's key, by the id that its header names. */
export function keyFor(header: Pick<Header, "keyId" | "salt">, keys: readonly Buffer[]): KeyObject {
  const key = keys.find((one) => keyIdOf(one) === header.keyId);
  if (!key)
    throw new BackupProblem(
      `Wrong key: this archive needs the key ${header.keyId}, and ${keys.length === 0 ? "there is none" : `those at hand are ${keys.map(keyIdOf).join(", ")}`}. Set it as CREW_BACKUP_KEY, or as a master key if it was one.`,
    );
  return archiveKey(key, header.salt);
}
