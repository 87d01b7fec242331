import { realpathSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "@crew/core/system";
import { readPostmasterFile, removePostmasterFile } from "./postmaster-file.ts";
import { commandLine, isRunning, processesIn } from "./process-table.ts";
import { StartupProblem } from "./startup-problem.ts";

/** Ever harder. PostgreSQL loses nothing by any of them: committed work is in its log. */
const SIGNALS = ["SIGINT", "SIGQUIT", "SIGKILL"] as const;
const PATIENCE_MS = 3_000;

/**
 * Ends a server that a killed process left on the data folder and clears the traces that would keep the next one from
 * starting: its number may by now belong to a zombie or to somebody else. Only for the holder of the folder's lock.
 */
export async function stopLeftoverServer(data: string, log: Log): Promise<void> {
  const folder = realpathSync(data);
  for (const signal of SIGNALS) {
    const left = leftoverProcesses(folder);
    if (left.length === 0) break;
    log.warn({ pids: left, signal }, "stopping a database server that a killed process left behind");
    const main = readPostmasterFile(folder)?.pid;
    for (const pid of signal !== "SIGKILL" && main && left.includes(main) ? [main] : left) send(pid, signal);
    await untilGone(folder, PATIENCE_MS);
  }
  const left = leftoverProcesses(folder);
  if (left.length > 0)
    throw new StartupProblem(`A database server of an earlier start (process ${left.join(", ")}) does not end: stop it and start again.`);
  removePostmasterFile(folder);
}

function leftoverProcesses(folder: string): number[] {
  if (process.platform === "linux") return processesIn(folder);
  const pid = readPostmasterFile(folder)?.pid;
  if (!pid || !isRunning(pid)) return [];
  // Where the command line cannot be read, PostgreSQL's own check of the file is left to decide.
  return process.platform === "win32" || commandLine(pid).includes("postgres") ? [pid] : [];
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone in between.
  }
}

async function untilGone(folder: string, patienceMs: number): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end && leftoverProcesses(folder).length > 0) await wait(20);
}
