import type { UpgradeFacts } from "./look-at-installation.ts";

export interface UpgradeVerdict {
  /** 0: go ahead; 1: look at the remarks first; 2: not as things are, for this database or beside what is connected to it. */
  exitCode: 0 | 1 | 2;
  remarks: string[];
  wayBack: string;
}

const FRESH_HOURS = 24;
const MEGABYTE = 1024 * 1024;
/** What a changed table may need a second time, with its log. */
const ROOM_SHARE = 0.3;
const ROOM_BYTES = 256 * MEGABYTE;

/** What the facts mean for whoever wants to start this version. */
export function judgeUpgrade(facts: UpgradeFacts, now: Date): UpgradeVerdict {
  if (facts.misfit) return { exitCode: 2, remarks: [facts.misfit], wayBack: "Nothing was changed." };
  const stops = remarkOnServices(facts);
  const remarks = [...stops, ...remarkOnHolders(facts), ...remarkOnDisk(facts), ...remarkOnBackup(facts, now)];
  return { exitCode: stops.length > 0 ? 2 : remarks.length > 0 ? 1 : 0, remarks, wayBack: wayBack(facts) };
}

const contracting = ({ pending }: UpgradeFacts) => pending.filter(({ kind }) => kind === "contract");
const raisesQueue = ({ code, database }: UpgradeFacts) => database.queueSchema !== null && database.queueSchema < code.queueSchema;
const isService = (name: string) => /^crew(-|$)/.test(name) && name !== "crew-tool";

function remarkOnServices(facts: UpgradeFacts): string[] {
  const services = facts.connected.filter(({ service }) => isService(service));
  if (services.length === 0 || (contracting(facts).length === 0 && !raisesQueue(facts))) return [];
  return [
    `Stop what runs before you migrate (${[...new Set(services.map(({ service }) => service))].join(", ")}): older processes cannot run beside ${contracting(facts)[0]?.name ?? "the job queue's new schema"}.`,
  ];
}

function remarkOnHolders({ pending, holders }: UpgradeFacts): string[] {
  if (pending.length === 0) return [];
  return holders.map(
    ({ name, pid, seconds, tables }) =>
      `${name || "A session without a name"}${pid === null ? "" : ` (pid ${pid})`} has been in a transaction for ${seconds} s${tables.length > 0 ? ` and uses ${tables.slice(0, 5).join(", ")}` : ""}: a migration would wait for it, a minute at most.`,
  );
}

function remarkOnDisk({ disk, database, pending }: UpgradeFacts): string[] {
  const needed = Math.max(ROOM_BYTES, database.bytes * ROOM_SHARE);
  if (!disk || pending.length === 0 || disk.freeBytes >= needed) return [];
  return [`The disk that holds ${disk.folder} has ${megabytes(disk.freeBytes)} MB left; have ${megabytes(needed)} MB free.`];
}

function remarkOnBackup(facts: UpgradeFacts, now: Date): string[] {
  if (facts.pending.length === 0 || facts.database.migrations === 0) return [];
  if (!facts.backup) return ["There is no verified backup that this installation knows of: take one, and see that it can be restored."];
  const hours = Math.floor((now.getTime() - Date.parse(facts.backup.takenAt)) / 3_600_000);
  return hours < FRESH_HOURS ? [] : [`The newest verified backup is ${hours} hours old: take a fresh one.`];
}

function wayBack(facts: UpgradeFacts): string {
  if (facts.database.migrations === 0) return "The database is empty: there is nothing to go back to.";
  if (facts.pending.length === 0 && !raisesQueue(facts)) return "Start the former version again: the database stays as it is.";
  if (raisesQueue(facts) || contracting(facts).length > 0)
    return "Stop everything and restore a backup from before the upgrade; what came after it is lost.";
  if (!facts.formerGoesOn)
    return "Stop everything and restore a backup from before the upgrade: the version that made this database refuses whatever it does not know.";
  return "Start the former version again: it runs beside what is added here, and nothing has to be restored.";
}

export const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
