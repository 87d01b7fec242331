import { setTimeout as sleep } from "node:timers/promises";
import { backupGauges } from "@crew/core/backups/backup-gauges";
import { doDueBackups } from "@crew/core/backups/do-due-backups";
import type { Config } from "../config/read-config.ts";
import type { OpenSystem } from "../open-system.ts";
import { backupKeys, openArchives, openPlace } from "./open-archives.ts";

/** How soon a wish is noticed, and a backup that is due. */
const ROUND_MS = 15_000;
const PATIENCE_MS = 5_000;

/**
 * Makes and verifies backups when they are due, as long as this process lives; nothing where no place is set. One that is
 * under way when it stops is waited for a moment only: the next process says that it was left, and makes it anew.
 */
export function startBackups(system: OpenSystem, config: Pick<Config, "backups" | "egressAllow">, roundMs = ROUND_MS): AsyncDisposable {
  const settings = config.backups;
  if (!settings?.place) return { async [Symbol.asyncDispose]() {} };
  const { everyHours, keep, keepWords } = settings;
  const place = openPlace(settings.place, config.egressAllow);
  const { address, masterKeys } = system;
  const archives = openArchives({ address, place, masterKeys, keys: backupKeys(settings.key, masterKeys) });
  const stop = new AbortController();
  backupGauges(system);

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      let isMore = false;
      try {
        isMore = await doDueBackups(system, archives, { everyHours, keep, keepWords });
      } catch (error) {
        system.log.warn({ err: error }, "backups cannot reach the database");
      }
      if (!isMore) await sleep(roundMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  const done = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.race([done, sleep(PATIENCE_MS, undefined, { ref: false })]);
      await place[Symbol.asyncDispose]();
    },
  };
}
