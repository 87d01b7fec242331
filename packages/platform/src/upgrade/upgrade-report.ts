import { megabytes, type UpgradeVerdict } from "./judge-upgrade.ts";
import type { UpgradeFacts } from "./look-at-installation.ts";

const VERDICTS = ["Go ahead.", "Look at this first:", "Not as things are:"];

/** For a terminal. */
export function upgradeReport(facts: UpgradeFacts, { exitCode, remarks, wayBack }: UpgradeVerdict): string {
  const { code, database, pending, newer, connected, workers, disk, backup } = facts;
  return [
    `This code    ${code.version}, ${code.migrations} migrations up to ${code.last}`,
    `Database     PostgreSQL ${database.server}, ${megabytes(database.bytes)} MB, ${database.migrations} migrations${database.last ? ` up to ${database.last}` : ""}`,
    ...listed("Pending", pending, ({ name, kind, why }) => `${name}  ${kind}${why ? `: ${why}` : ""}`),
    ...listed("Newer", newer, (name) => `${name}  (this version runs beside it)`),
    ...listed(
      "Connected",
      connected,
      (one) => `${one.service} ${one.version ?? "(version unknown)"}${one.from ? ` from ${one.from}` : ""}, ${one.connections} connections`,
    ),
    ...listed(
      "Workers",
      workers,
      ({ host, pid, version, silentSeconds }) => `${version} on ${host}, process ${pid}, seen ${silentSeconds} s ago`,
    ),
    `Disk         ${disk ? `${megabytes(disk.freeBytes)} MB free in ${disk.folder}` : "on the database's own machine: look there"}`,
    `Backup       ${backup ? `verified, ${backup.kind}, of ${backup.takenAt}` : "none that was verified is known here"}`,
    `Way back     ${wayBack}`,
    "",
    VERDICTS[exitCode] ?? "",
    ...remarks.map((remark) => `- ${remark}`),
    "",
  ].join("\n");
}

function listed<T>(head: string, all: T[], line: (one: T) => string): string[] {
  if (all.length === 0) return [`${head.padEnd(12)} none`];
  return all.map((one, at) => `${(at === 0 ? head : "").padEnd(12)} ${line(one)}`);
}
