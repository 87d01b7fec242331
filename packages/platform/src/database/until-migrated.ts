import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@crew/core/system";
import { checkMigrations, MigrationError } from "./migrate.ts";
import type { DatabaseAddress } from "./open-pool.ts";

const PATIENCE_MS = 60_000;

/**
 * Waits until the database answers and has every migration: processes of one installation start in any order, and the
 * one-shot migration task may come last. Throws when it takes too long or when the two do not fit.
 */
export async function untilMigrated(address: DatabaseAddress, log: Log): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let tries = 0; ; tries++) {
    const problem = await whatIsMissing(address);
    if (!problem) return;
    if (Date.now() > deadline) throw new MigrationError(`${problem} Run the migration task (npm run crew -- migrate), then start again.`);
    if (tries % 10 === 0) log.info({ problem }, "waiting for the database");
    await sleep(500);
  }
}

async function whatIsMissing(address: DatabaseAddress): Promise<string | undefined> {
  try {
    const pending = await checkMigrations(address);
    return pending.length ? `The database lacks ${pending.length} migrations, from ${pending[0]}.` : undefined;
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    return `The database does not answer: ${(error as Error).message}.`;
  }
}
