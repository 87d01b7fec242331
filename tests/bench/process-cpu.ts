import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;

interface ProcessStat {
  parent: number;
  /** User and system time in ms, with that of children who have ended. */
  cpuMs: number;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0, , , , , , , , , , user = 0, system = 0, childUser = 0, childSystem = 0] = fields;
    return { parent, cpuMs: ((user + system + childUser + childSystem) * 1000) / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}

/** CPU time in ms that a process and its children have used so far, from the scheduler's count (10 ms steps, Linux). */
export function cpuMsOf(root: number): number {
  let sum = statOf(root)?.cpuMs ?? 0;
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === root) continue;
    const stat = statOf(pid);
    if (stat?.parent === root) sum += stat.cpuMs;
  }
  return sum;
}
