import { createServer } from "node:http";
import { basename, join, resolve } from "node:path";
import type { Archives } from "@crew/core/backups/archives-port";
import { readBackupStatus } from "@crew/core/backups/backup-status";
import type { Guarded } from "@crew/core/backups/guard-restored";
import { BACKUP_LOCK, makeBackup, noteProven } from "@crew/core/backups/make-backup";
import { releaseRestored } from "@crew/core/backups/release-restored";
import { ConfigError } from "../config/env.ts";
import type { Config } from "../config/read-config.ts";
import { openSystem } from "../open-system.ts";
import { openLog } from "../telemetry/open-log.ts";
import { untilSignal } from "../until-signal.ts";
import { startBackups } from "./backup-loop.ts";
import { BackupProblem } from "./backup-problem.ts";
import { folderPlace, openArchiveFile } from "./folder-place.ts";
import { guardRecovered } from "./guard-recovered.ts";
import { backupKeys, openArchives, openPlace, totals } from "./open-archives.ts";
import { type BackupHost, masterKeysOf, openBackupHost } from "./open-backup-host.ts";
import { restoreArchive } from "./restore-archive.ts";
import { openRestoreTarget, secretsAtHand } from "./restore-target.ts";
import { verifyByReading, verifyByRestoring } from "./verify-archive.ts";

export interface BackupWords {
  /** The archive, or nothing. */
  what: string | undefined;
  flags: { to?: string; into?: string; restore?: boolean; "drop-deliveries"?: boolean };
}

type Say = (line: string) => void;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

function placeOf(config: Config, to: string | undefined) {
  if (to !== undefined) return folderPlace(resolve(to));
  if (!config.backups?.place) throw new ConfigError("Say where: --to <folder>, or set CREW_BACKUP_DIR or CREW_BACKUP_S3_URL.");
  return openPlace(config.backups.place, config.egressAllow);
}

/** `s3:name`, the path of a file, or a name at the place that is set. */
async function openSource(config: Config, what: string | undefined): Promise<AsyncIterable<Buffer>> {
  if (!what) throw new ConfigError("Say which: a file, s3:name, or a name that crew backup list shows.");
  if (what.startsWith("s3:")) {
    if (config.backups?.place?.kind !== "s3") throw new ConfigError("CREW_BACKUP_S3_URL is not set, and s3: means a name there.");
    return openPlace(config.backups.place, config.egressAllow).read(what.slice(3));
  }
  if (config.backups?.place && !/[/\\]/.test(what)) return openPlace(config.backups.place, config.egressAllow).read(what);
  return openArchiveFile(resolve(what));
}

async function locked<T>(host: BackupHost, work: () => Promise<T>): Promise<T> {
  await using lock = await host.locks.hold(...BACKUP_LOCK);
  if (!lock) throw new BackupProblem("Another backup is being made or verified at this moment. Try again when it is done.");
  return work();
}

/** What is put somewhere by hand is called by its path: it stands for none that is due, and no rule removes it. */
function elsewhere(archives: Archives, { backups }: Config, to: string | undefined): Archives {
  if (to === undefined || (backups?.place?.kind === "folder" && backups.place.folder === resolve(to))) return archives;
  return {
    ...archives,
    nameOf: (startedAt, id) => join(resolve(to), archives.nameOf(startedAt, id)),
    create: (name, id) => archives.create(basename(name), id),
  };
}

export async function create(config: Config, { flags }: BackupWords, say: Say): Promise<void> {
  await using place = placeOf(config, flags.to);
  await using host = await openBackupHost(config);
  const startedAt = performance.now();
  const archives = elsewhere(openArchives({ ...host, place }), config, flags.to);
  const made = await locked(host, () => makeBackup(host, archives));
  const seconds = (performance.now() - startedAt) / 1000;
  say(`${made.name}: ${made.tables} tables, ${made.rows} rows, ${megabytes(made.sizeBytes ?? 0)} in ${seconds.toFixed(1)} s.`);
  say(`It holds what was committed by ${made.snapshotAt}, and opens with the key ${made.keyId}.`);
}

export async function verify(config: Config, { what, flags }: BackupWords, say: Say): Promise<void> {
  if (!flags.restore) {
    const secrets = secretsAtHand(config);
    const keys = [...(config.backups?.key ? [config.backups.key] : []), ...(secrets ? masterKeysOf(secrets) : [])];
    const { manifest, seconds } = await verifyByReading(await openSource(config, what), keys);
    const { tables, rows } = totals(manifest.tables);
    say(
      `Whole: ${tables} tables, ${rows} rows, every hash as it was written, read in ${seconds} s. Add --restore to prove that it restores.`,
    );
    return;
  }
  await using host = await openBackupHost(config);
  const { manifest, seconds, opened } = await locked(host, async () =>
    verifyByRestoring({ ...host, source: await openSource(config, what) }),
  );
  await noteProven(host, manifest.backupId);
  const { tables, rows } = totals(manifest.tables);
  say(`Restored and compared: ${tables} tables, ${rows} rows, all the same, in ${seconds} s.`);
  say(`${opened?.dataKeys ?? 0} data keys and ${opened?.secrets ?? 0} stored secrets open.`);
}

export async function restore(config: Config, { what, flags }: BackupWords, say: Say): Promise<void> {
  const log = openLog({ level: "warn", file: null });
  const source = await openSource(config, what);
  await using target = await openRestoreTarget(config, flags.into ?? "", log);
  const { address, masterKeys } = target;
  const keys = backupKeys(config.backups?.key, masterKeys);
  const { manifest, guarded, seconds } = await restoreArchive({ address, source, keys, masterKeys, log });
  const { tables, rows } = totals(manifest.tables);
  say(`Restored: ${tables} tables, ${rows} rows, as of ${manifest.snapshotAt}, in ${seconds} s.`);
  tellGuarded(guarded, say);
}

/** After the server's own files were brought back to a moment: the same care as after a restore. */
export async function recovered(config: Config, { what }: BackupWords, say: Say): Promise<void> {
  const moment = new Date(what ?? "");
  if (Number.isNaN(moment.getTime()) || moment > new Date())
    throw new ConfigError("Say to which moment the database was brought back, as in 2026-11-30T22:15:00Z.");
  await using host = await openBackupHost(config);
  tellGuarded(await guardRecovered(host.address, moment.toISOString()), say);
}

function tellGuarded({ runs, ticks, heldDeliveries }: Guarded, say: Say): void {
  say(`${runs} runs had not ended: each asks a person before it calls an unsafe tool.`);
  say(`${ticks} due times of schedules were passed over. Everybody signs in anew.`);
  say(`Webhooks are sent nothing (${heldDeliveries} deliveries wait) until you say: crew backup release [--drop-deliveries]`);
}

export async function list(config: Config, { flags }: BackupWords, say: Say): Promise<void> {
  await using place = placeOf(config, flags.to);
  const found = await place.list();
  for (const { name, sizeBytes } of found) say(`${name}  ${megabytes(sizeBytes)}`);
  if (found.length === 0) say("There are none.");
}

export async function status(config: Config, _words: BackupWords, say: Say): Promise<void> {
  await using host = await openBackupHost(config);
  say(JSON.stringify(await readBackupStatus(host), null, 2));
}

export async function release(config: Config, { flags }: BackupWords, say: Say): Promise<void> {
  await using host = await openBackupHost(config);
  const { sent, dropped } = await releaseRestored(host, { dropDeliveries: flags["drop-deliveries"] === true });
  say(`Released: ${sent} deliveries are sent, ${dropped} were dropped.`);
}

/** A process of its own that makes and verifies backups; embedded, the platform does it. */
export async function serve(config: Config, _words: BackupWords, say: Say): Promise<void> {
  if (!config.backups?.place) throw new ConfigError("No place is set: set CREW_BACKUP_DIR or CREW_BACKUP_S3_URL.");
  if (config.mode === "embedded") throw new ConfigError("DATABASE_URL is not set: an embedded platform makes its backups by itself.");
  await using system = await openSystem(config);
  await using _backups = startBackups(system, config);
  const health = createServer((_request, response) => response.writeHead(200, { "content-type": "text/plain" }).end("ok\n"));
  if (config.port !== null) health.listen(config.port, config.host);
  system.log.info({ port: config.port }, "backups are ready");
  await untilSignal();
  health.close();
  say("Stopped.");
}
