import { z } from "zod";
import { job } from "../job.ts";
import type { System } from "../system.ts";
import { newSigningKey } from "./signing-key.ts";
import { insertSigningKey, listSigningKeyRows, removeReplacedSigningKeys } from "./signing-key-repository.ts";

const MAX_AGE_MS = 30 * 24 * 60 * 60 * 1_000;
/** A new key is published this long before it signs; every process reads the keys more often. */
export const PUBLISHED_AHEAD_MS = 2 * 60 * 1_000;
/** The lifetime of a token, with room. */
const KEPT_AFTER_MS = 30 * 60 * 1_000;

export const rotateSigningKeysJob = job({
  name: "rotate-signing-keys",
  payload: z.strictObject({}),
  retryLimit: 3,
  expireInSeconds: 60,
  cron: "41 * * * *",
});

/** Hourly: makes the next key when the newest is 30 days old, drops those whose last token has ended. */
export async function rotateSigningKeys(system: Pick<System, "statements" | "secrets" | "now">): Promise<void> {
  const now = system.now();
  const [newest] = await listSigningKeyRows(system.statements);
  if (newest && now.getTime() - Date.parse(newest.createdAt) >= MAX_AGE_MS) {
    const activeAt = new Date(now.getTime() + PUBLISHED_AHEAD_MS);
    await insertSigningKey(system.statements, await newSigningKey(system, { generation: newest.generation + 1, activeAt }));
  }
  await removeReplacedSigningKeys(system.statements, new Date(now.getTime() - KEPT_AFTER_MS));
}
