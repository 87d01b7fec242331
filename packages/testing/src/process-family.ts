import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process and all that it started, as long as they run. */
export function processFamily(pid: number): number[] {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  const pids = [pid];
  for (const one of pids) for (const [child, parent] of rows) if (Number(parent) === one) pids.push(Number(child));
  return pids;
}

/** Those of the processes that still run; what waits to be collected by process 1 does not. */
export function stillRunning(pids: number[]): number[] {
  return pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return stat[stat.lastIndexOf(")") + 2] !== "Z";
    } catch {
      return false;
    }
  });
}
