import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Whether a process runs. A zombie does not: where process 1 does not collect them they stay for ever, and a signal
 * sent to one succeeds.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !processState(pid).startsWith("Z");
}

/** Tells a process from a later one with the same number; `null` where the system cannot say. */
export function startMark(pid: number): string | null {
  if (process.platform === "linux") return statFields(pid)?.[19] ?? null;
  if (process.platform === "win32") return null;
  return ps(pid, "lstart") || null;
}

/** Running processes whose working folder is `folder`: for a PostgreSQL data folder, all of its server's processes. */
export function processesIn(folder: string): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && workingFolder(pid) === folder && isRunning(pid));
}

/** The command line of a process; empty when there is none or the system cannot say. */
export function commandLine(pid: number): string {
  if (process.platform === "win32") return "";
  if (process.platform !== "linux") return ps(pid, "command");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function processState(pid: number): string {
  if (process.platform === "linux") return statFields(pid)?.[0] ?? "";
  return process.platform === "win32" ? "" : ps(pid, "stat");
}

/** Fields of /proc/PID/stat from the state on; the name before it may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function ps(pid: number, column: string): string {
  return spawnSync("ps", ["-o", `${column}=`, "-p", String(pid)], { encoding: "utf8" }).stdout?.trim() ?? "";
}
